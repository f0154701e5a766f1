/** How the stand-in provider makes an object. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ClusterApi, isApiError, type KubernetesObject } from "./clusterApi";
import { creator } from "./fieldManagers";
import type { Operation } from "./resourceProvider";

/** Seconds between attempts to create an object whose namespace or CRD may be on its way. */
const retries = [1, 2, 4, 8, 16];

interface Creation {
  /** Field manager of what is applied; a plain CREATE has the provider's own. */
  readonly manager: string;
  readonly preview: boolean;
  /** Whether one that is there is taken up. */
  readonly isUpsert: boolean;
  /** Whether fields that others manage are taken over. */
  readonly force: boolean;
}

/** A plain CREATE, or server-side apply where objects that are there are taken up. @throws Error as the API server has it */
export async function createObject(
  cluster: ClusterApi,
  object: KubernetesObject,
  { manager, preview, isUpsert, force }: Creation,
  operation: Operation,
): Promise<KubernetesObject> {
  const upsert = () =>
    cluster.apply(object, { fieldManager: manager, dryRun: preview, force }).catch((error) => {
      if (!preview || !isApiError(error, "Invalid") || !/field is immutable/.test(error.message)) throw error;
      // A dry run of what is replaced under its own name: the official plugin gives it another.
      return cluster.create(renamed(object), { fieldManager: creator, dryRun: true });
    });
  const create = () =>
    isUpsert ? upsert() : cluster.create(object, { fieldManager: creator, dryRun: preview });
  return preview ? create() : retryNotFound(create, operation);
}

async function retryNotFound<T>(create: () => Promise<T>, { signal, report }: Operation): Promise<T> {
  for (const seconds of retries) {
    try {
      return await create();
    } catch (error) {
      if (!isApiError(error, "NotFound")) throw error;
      report(`creation failed, and is tried again: ${error.message}`);
      await sleep(seconds * 1000, undefined, { signal });
    }
  }
  return create();
}

function renamed(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}-preview` } };
}
