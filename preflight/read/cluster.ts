/** Reads a snapshot of a cluster. Each part by itself: where one can't be read, the others still are. */
import type { KubeConfig } from "@kubernetes/client-node";
import { at, list, record, text } from "../../gpus/manifest";
import { type NamedObject, namedKey, namedObjects } from "../namedObjects";
import { type Needs, namespacesOf, neededRights, rightKey } from "../needs";
import { isUnread, type Snapshot, snapshot, snapshotVersion, type Unread } from "../snapshot";
import { type ApiServer, apiServer, fails, reasonOf } from "./apiServer";
import { readApis } from "./apis";
import { readIssuers } from "./issuers";
import { readControllers, readOperators } from "./operators";
import { requestsByNode } from "./requests";
import { readRight } from "./rights";

/**
 * @param needs decide on namespaces and rights
 * @throws Error where the cluster does not answer at all
 */
export async function readCluster(config: KubeConfig, needs: Needs): Promise<Snapshot> {
  const api = await apiServer(config);
  try {
    const version = await api.get("/version"); // who does not answer this answers nothing
    const read = await readParts(api, needs);
    const kubernetes = { gitVersion: text(at(version, "gitVersion")) };
    return snapshot.parse({ snapshotVersion, takenAt: new Date().toISOString(), kubernetes, ...read });
  } finally {
    api.close();
  }
}

/** All at once: each is a few requests. The schema sees to what is in them. */
async function readParts(api: ApiServer, needs: Needs): Promise<object> {
  const namespaces = [...namespacesOf(needs).keys()];
  const apis = orUnread(readApis(api));
  const deployments = orUnread(readDeployments(api, needs.config.platform.namespace));
  const all = (path: string) => orUnread(api.list(path));
  const inNamespaces = (plural: string) =>
    orUnread(
      Promise.all(namespaces.map((name) => api.list(`/api/v1/namespaces/${name}/${plural}`))).then((lists) =>
        lists.flat(),
      ),
    );
  /** Of a group that not every cluster has, in whatever version. */
  const ofGroup = async (group: string, plural: string) => {
    const served = await apis;
    if (isUnread(served)) return served;
    const api = served.find((one) => one.group === group && one.kinds.some((kind) => kind.plural === plural));
    return api === undefined ? [] : all(`/apis/${group}/${api.version}/${plural}`);
  };
  const rights = neededRights(needs).map(
    async (right) => [rightKey(right), await orUnread(readRight(api, right, apis))] as const,
  );
  const named = namedObjects(needs).map(
    async (object) => [namedKey(object), await orUnread(isThere(api, object))] as const,
  );
  const parts: Readonly<Record<string, Promise<unknown>>> = {
    apis,
    operators: deployments.then((found) => readOperators(api, found)),
    controllers: deployments.then(readControllers),
    prometheuses: ofGroup("monitoring.coreos.com", "prometheuses"),
    storageClasses: all("/apis/storage.k8s.io/v1/storageclasses"),
    priorityClasses: all("/apis/scheduling.k8s.io/v1/priorityclasses"),
    ingressClasses: all("/apis/networking.k8s.io/v1/ingressclasses"),
    deviceClasses: ofGroup("resource.k8s.io", "deviceclasses"),
    resourceSlices: ofGroup("resource.k8s.io", "resourceslices").then(devicesOf),
    nodes: all("/api/v1/nodes"),
    requests: orUnread(api.list(`/api/v1/pods?fieldSelector=${running}`).then(requestsByNode)),
    namespaces: orUnread(readNamespaces(api, namespaces)),
    quotas: inNamespaces("resourcequotas"),
    limitRanges: inNamespaces("limitranges"),
    issuers: orUnread(readIssuers(api, needs, apis)),
    dns: orUnread(found(api, dnsServices)),
    autoscaler: orUnread(hasAutoscaler(api, apis)),
    named: Promise.all(named).then(Object.fromEntries),
    rights: Promise.all(rights).then(Object.fromEntries),
  };
  const values = await Promise.all(Object.values(parts));
  return Object.fromEntries(Object.keys(parts).map((name, i) => [name, values[i]]));
}

const running = encodeURIComponent("status.phase!=Succeeded,status.phase!=Failed");

/** Services of the DNS, and of OpenShift's. */
const dnsServices = [
  "/api/v1/namespaces/kube-system/services/kube-dns",
  "/api/v1/namespaces/openshift-dns/services/dns-default",
];

/** In the place of what can't be read there is the reason. */
const orUnread = <T>(part: Promise<T>): Promise<T | Unread> =>
  part.catch((error: unknown) => ({ unread: reasonOf(error) }));

/** Objects at paths, without those that are not there. */
async function found(api: ApiServer, paths: readonly string[]): Promise<unknown[]> {
  const objects = paths.map((path) =>
    api.get(path).catch((error) => {
      if (fails(error, 404)) return undefined;
      throw error;
    }),
  );
  return (await Promise.all(objects)).filter((object) => object !== undefined);
}

const plurals: Readonly<Record<NamedObject["kind"], string>> = {
  Secret: "secrets",
  ConfigMap: "configmaps",
  PersistentVolumeClaim: "persistentvolumeclaims",
};
/** An object without its contents: no Secret's value comes here. */
const metadataAlone = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

async function isThere(api: ApiServer, { kind, namespace, name }: NamedObject): Promise<boolean> {
  const path = `/api/v1/namespaces/${namespace}/${plurals[kind]}/${encodeURIComponent(name)}`;
  return api.get(path, metadataAlone).then(
    () => true,
    (error) => {
      if (fails(error, 404)) return false;
      throw error;
    },
  );
}

/** Of all namespaces, or else of the platform's. */
function readDeployments(api: ApiServer, namespace: string): Promise<unknown[]> {
  return api.list("/apis/apps/v1/deployments").catch((error) => {
    if (!fails(error, 403)) throw error;
    return api.list(`/apis/apps/v1/namespaces/${namespace}/deployments`);
  });
}

/** All, or else those of the plan. */
function readNamespaces(api: ApiServer, names: readonly string[]): Promise<unknown[]> {
  return api.list("/api/v1/namespaces").catch((error) => {
    if (!fails(error, 403)) throw error;
    return found(
      api,
      names.map((name) => `/api/v1/namespaces/${name}`),
    );
  });
}

/** Whether there is Karpenter, by its API, or the cluster autoscaler, by the ConfigMap in which it reports. */
async function hasAutoscaler(api: ApiServer, apis: ReturnType<typeof orUnread<unknown>>): Promise<boolean> {
  if (list(await apis).some((one) => at(one, "group") === "karpenter.sh")) return true;
  const reports = ["/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status"];
  return (await found(api, reports)).length > 0;
}

/** The number of a slice's devices is enough. */
function devicesOf(slices: unknown[] | Unread): unknown {
  if (isUnread(slices)) return slices;
  return slices.map((slice) => {
    const { driver, nodeName, devices } = record(at(slice, "spec"));
    return { driver, node: nodeName, devices: list(devices).length };
  });
}
