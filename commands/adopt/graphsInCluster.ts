/** Graphs as a cluster has them: reading, trying an update out, and the one write of an adoption. */
import type { V1Pod } from "@kubernetes/client-node";
import { listObjects } from "../../components/hooks/listing";
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { partsOf } from "../../gpus/parts";
import { graphLabel } from "../../plan/graph/labels";
import type { DynamoGraphDeployment } from "../../plan/graph/manifest";
import { ownerLabel } from "../../plan/owner";
import { apiServer } from "../../preflight/read/apiServer";
import { hasHelmRelease } from "../../preflight/read/helmReleases";
import { UserError } from "../cli/userError";
import type { Connection } from "../stack/connection";
import { refusePlainSecrets } from "./plainSecrets";

/** Where a graph is. */
export interface GraphReference {
  readonly namespace: string;
  readonly name: string;
}

/** A graph that is there, and what is beside it. */
export interface LiveGraph extends GraphReference {
  readonly manifest: Manifest;
  /** ConfigMaps that its pods mount: arguments may be in there. */
  readonly configMaps: readonly Manifest[];
  /** Pods that are its own now. */
  readonly pods: readonly V1Pod[];
  /** Whether the Helm release that it names is there; undefined where it names none, or that may not be read. */
  readonly hasRelease: boolean | undefined;
}

const group = "nvidia.com";
const plural = "dynamographdeployments";

/**
 * Who writes the label. It must not begin as Pulumi's managers do: what these have labelled, and the state does not know, an
 * update takes for a leftover of its own, and deletes.
 */
const fieldManager = "dynamo-adopt";

/**
 * @param asked version of the API. Default: that in which its spec was written last
 * @throws UserError where there is no such graph, the cluster does not answer, or the graph has a secret as plain text
 */
export async function readLiveGraph(
  connection: Connection,
  graph: GraphReference,
  asked?: string,
): Promise<LiveGraph> {
  const { config, client, ask } = connection;
  const objects = config.makeApiClient(client.CustomObjectsApi);
  const { namespace, name } = graph;
  const what = `DynamoGraphDeployment ${namespace}/${name}`;
  const read = (version: string) =>
    objects.getNamespacedCustomObject({ group, version, namespace, plural, name }) as Promise<Manifest>;
  const newest = (await ask(what, config.makeApiClient(client.ApisApi).getAPIVersions())).groups.find(
    (one) => one.name === group,
  )?.preferredVersion?.version;
  if (newest === undefined)
    throw new UserError(`${what}: the cluster knows no kind of ${group}: is it another cluster?`);
  const found = await ask(what, read(newest));
  const version = asked ?? versionWritten(found) ?? newest;
  const manifest = version === newest ? found : await ask(what, read(version));
  refusePlainSecrets(manifest);
  const labelSelector = `${graphLabel}=${name}`;
  const pod = { apiVersion: "v1", kind: "Pod" };
  return {
    ...graph,
    manifest,
    configMaps: await ask("its ConfigMaps", mountedConfigMaps(connection, manifest, namespace)),
    pods: (await ask("its pods", listObjects(config, pod, { namespace, labelSelector }))) as V1Pod[],
    hasRelease: await hasRelease(connection, manifest),
  };
}

/** The version of the API in which its spec was written last; undefined where nothing says so. */
function versionWritten(graph: Manifest): string | undefined {
  const writes = list(at(graph, "metadata", "managedFields")).filter(
    (entry) => at(entry, "fieldsV1", "f:spec") !== undefined && at(entry, "subresource") === undefined,
  );
  const last = writes.toSorted((a, b) => (text(at(a, "time")) < text(at(b, "time")) ? -1 : 1)).at(-1);
  return /^nvidia\.com\/(v1alpha1|v1beta1)$/.exec(text(at(last, "apiVersion")))?.[1];
}

async function mountedConfigMaps(
  { config, client }: Connection,
  graph: Manifest,
  namespace: string,
): Promise<Manifest[]> {
  const names = new Set(
    partsOf(graph.spec).flatMap(({ key, value }) => (key === "configMap" ? [text(at(value, "name"))] : [])),
  );
  names.delete("");
  const core = config.makeApiClient(client.CoreV1Api);
  const read = [...names].map((name) =>
    core.readNamespacedConfigMap({ namespace, name }).then(
      (found) => [{ ...found, apiVersion: "v1", kind: "ConfigMap" } as unknown as Manifest],
      (error) => ((error as { code?: number }).code === 404 ? [] : Promise.reject(error)),
    ),
  );
  return (await Promise.all(read)).flat();
}

/** Whether the release is there that Helm's annotations name. */
async function hasRelease({ config }: Connection, graph: Manifest): Promise<boolean | undefined> {
  const annotations = record(at(graph, "metadata", "annotations"));
  const name = text(annotations["meta.helm.sh/release-name"]);
  const namespace = text(annotations["meta.helm.sh/release-namespace"]);
  if (name === "" || namespace === "") return undefined;
  const api = await apiServer(config);
  return hasHelmRelease(api, name, namespace)
    .catch(() => undefined)
    .finally(() => api.close());
}

/**
 * The graph as an update would leave it, by the API server, which changes nothing: conversion, defaults and webhooks have their say.
 * @throws UserError where it would refuse the update
 */
export function tryOut(
  { config, client, ask }: Connection,
  { apiVersion, metadata, ...rest }: DynamoGraphDeployment,
  owner: string,
): Promise<Manifest> {
  const [, version = ""] = apiVersion.split("/");
  const { namespace, name } = metadata;
  const labels = { ...record(at(metadata, "labels")), [ownerLabel]: owner };
  const body = { apiVersion, ...rest, metadata: { ...metadata, labels } };
  const where = { group, version, namespace, plural, name };
  const how = { dryRun: "All", fieldManager: "pulumi-kubernetes", force: true };
  return ask(
    `the update of ${namespace}/${name}, tried out`,
    config
      .makeApiClient(client.CustomObjectsApi)
      .patchNamespacedCustomObject(
        { ...where, ...how, body },
        client.setHeaderOptions("Content-Type", client.PatchStrategy.ServerSideApply),
      ) as Promise<Manifest>,
  );
}

/**
 * Puts a stack's label on a graph, and nothing else. The API server refuses it where that graph is gone, or another stack has
 * labelled it meanwhile.
 */
export async function giveTo(
  { config, client, ask }: Connection,
  { manifest, namespace, name }: LiveGraph,
  owner: string,
): Promise<void> {
  const apiVersion = text(manifest.apiVersion);
  const uid = text(at(manifest, "metadata", "uid"));
  const metadata = { name, namespace, uid, labels: { [ownerLabel]: owner } };
  const [, version = ""] = apiVersion.split("/");
  await ask(
    `the label of ${namespace}/${name}`,
    config.makeApiClient(client.CustomObjectsApi).patchNamespacedCustomObject(
      {
        ...{ group, version, namespace, plural, name, fieldManager, force: false },
        body: { apiVersion, kind: "DynamoGraphDeployment", metadata },
      },
      client.setHeaderOptions("Content-Type", client.PatchStrategy.ServerSideApply),
    ),
  );
}
