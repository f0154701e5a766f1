import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { at, text } from "../../gpus/manifest";
import { certificateKind } from "../../plan/certificates/certManager";
import { type Cluster, connect } from "./cluster";
import { hookName } from "./engine";

/**
 * A hook that has the cluster delete the Secret of a Certificate with it: cert-manager leaves it, unless it is told otherwise for all
 * of a cluster, and a key that is still valid would stay after each rotation.
 */
export function secretGoesWithCertificate(name: string, cluster: Cluster): pulumi.ResourceHook {
  const own = async ({ newOutputs }: pulumi.ResourceHookArgs) => {
    const [namespace, secret] = [
      at(newOutputs, "metadata", "namespace"),
      at(newOutputs, "spec", "secretName"),
    ];
    try {
      await addOwner(text(namespace), text(secret), newOutputs, cluster);
    } catch (error) {
      await pulumi.log.warn(
        `Secret ${namespace}/${secret} will stay when its Certificate goes: ${(error as Error).message}`,
      );
    }
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  return new pulumi.ResourceHook(hookName(`${name}-secret-of-certificate`), AsyncResource.bind(own));
}

async function addOwner(
  namespace: string,
  name: string,
  certificate: unknown,
  cluster: Cluster,
): Promise<void> {
  const { client, api } = await connect(cluster);
  const owner = {
    ...certificateKind,
    name: text(at(certificate, "metadata", "name")),
    uid: text(at(certificate, "metadata", "uid")),
  };
  const patch = client.setHeaderOptions("Content-Type", client.PatchStrategy.StrategicMergePatch);
  const body = { metadata: { ownerReferences: [owner] } };
  await api(client.CoreV1Api).patchNamespacedSecret({ name, namespace, body }, patch);
}
