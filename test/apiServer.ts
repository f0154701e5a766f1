/** A Kubernetes API in memory, for what asks one: the real one is asked in test/engine. It has no controllers and no schemas. */
import type { IncomingMessage, RequestListener } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import { at, list, record } from "../gpus/manifest";
import { servers } from "./commands/hostile";

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const kinds: readonly Kind[] = Object.entries({
  v1: "Pod Event ConfigMap Secret Service PersistentVolumeClaim ResourceQuota",
  "apps/v1": "Deployment ReplicaSet StatefulSet",
  "autoscaling/v2": "HorizontalPodAutoscaler",
  "keda.sh/v1alpha1": "ScaledObject",
  "nvidia.com/v1alpha1":
    "DynamoGraphDeployment DynamoComponentDeployment DynamoGraphDeploymentScalingAdapter DynamoModel",
  "nvidia.com/v1beta1": "DynamoGraphDeployment DynamoComponentDeployment",
})
  .flatMap(([apiVersion, names]) => names.split(" ").map((kind) => ({ apiVersion, kind, namespaced: true })))
  .concat([
    { apiVersion: "v1", kind: "Namespace", namespaced: false },
    { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", namespaced: false },
  ])
  .map((one) => ({ ...one, plural: `${one.kind.toLowerCase()}s` }));

const groupOf = (apiVersion: string) => (apiVersion.includes("/") ? apiVersion.split("/")[0] : "");

/** What is stored of an object: graphs are one, in whatever version they are asked for. */
const keyOf = ({ group, plural, namespace, name }: Readonly<Record<string, string | undefined>>) =>
  [group, plural, namespace, name].join("/");

const merged = (object: unknown, patch: unknown): unknown => {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result = { ...(typeof object === "object" && !Array.isArray(object) ? object : {}) } as Record<
    string,
    unknown
  >;
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  return result;
};

/** Whether a patch has other values for fields that are there. */
const overwrites = (object: unknown, patch: unknown): boolean =>
  typeof patch === "object" && patch !== null && !Array.isArray(patch)
    ? Object.keys(patch).some((key) => overwrites(at(object, key), at(patch, key)))
    : object !== undefined && !isDeepStrictEqual(object, patch);

/** An object with the fields that a manager applies, by which it says that they are its own. */
function applied(object: KubernetesObject, patch: unknown, manager: string | null): KubernetesObject {
  const labels = Object.keys(record(at(patch, "metadata", "labels"))).map((key) => [`f:${key}`, {}]);
  const fieldsV1 = { "f:metadata": { "f:labels": Object.fromEntries(labels) } };
  const managedFields = [
    ...(object.metadata?.managedFields ?? []),
    { manager, operation: "Apply", fieldsV1 },
  ];
  return merged(merged(object, patch), { metadata: { managedFields } }) as KubernetesObject;
}

const bodyOf = async (request: IncomingMessage) => {
  let text = "";
  for await (const piece of request) text += piece;
  return text === "" ? {} : JSON.parse(text);
};

/** A kubeconfig for an API server. */
export function kubeconfigFor(server: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "a", server, skipTLSVerify: true }],
    users: [{ name: "a" }],
    contexts: [{ name: "a", cluster: "a", user: "a" }],
    currentContext: "a",
  });
  return config;
}

/** What hooks are given of a cluster at whose address nothing listens. */
export const unreachable = async () => ({ kubeconfig: kubeconfigFor("http://127.0.0.1:1").exportConfig() });

/** A cluster that a test has filled. */
export interface FakeCluster {
  readonly config: KubeConfig;
  readonly kubeconfig: string;
  /** What hooks are given. */
  address(): Promise<{ readonly kubeconfig: string }>;
  /** Adds objects, or puts them in the place of those that are there. */
  add(...objects: readonly object[]): void;
  /** An object as it is now; undefined where it is gone. */
  find(kind: string, name: string): KubernetesObject | undefined;
  /** What was asked for so far that changes something: `PATCH /apis/…`, with the body. */
  readonly writes: { readonly request: string; readonly body: unknown }[];
}

/**
 * Clusters for the tests of a file.
 * @returns makes one. `answers` has the status, or the object, in the place of an answer, by a part of `GET /path?query`
 */
export function clusters(): (answers?: Readonly<Record<string, number | object>>) => Promise<FakeCluster> {
  const start = servers();
  return async (answers = {}) => {
    const stored = new Map<string, KubernetesObject>();
    const writes: FakeCluster["writes"] = [];
    let uids = 0;
    const add = (object: KubernetesObject) => {
      const { apiVersion = "", kind } = object;
      const known = kinds.find((one) => one.apiVersion === apiVersion && one.kind === kind);
      if (known === undefined) throw new Error(`no kind ${apiVersion} ${kind}`);
      const { name, namespace } = object.metadata ?? {};
      const where = { group: groupOf(apiVersion), plural: known.plural, namespace, name };
      const metadata = { uid: `uid-${++uids}`, resourceVersion: String(uids), ...object.metadata };
      const whole = { ...object, metadata };
      stored.set(keyOf(where), whole);
      return whole;
    };

    /** Deletes an object, or notes that it is to go once nothing holds it. */
    function remove(key: string): void {
      const deleted = merged(stored.get(key), { metadata: { deletionTimestamp: new Date().toISOString() } });
      if (list(at(deleted, "metadata", "finalizers")).length === 0) stored.delete(key);
      else stored.set(key, deleted as KubernetesObject);
    }

    /** [status, answer] of a request. */
    function answer(method: string, url: URL, body: unknown, type = ""): [number, unknown] {
      const refused = Object.entries(answers).find(([part]) =>
        `${method} ${url.pathname}${url.search}`.includes(part),
      );
      const status = (code: number, message: string) =>
        [code, { kind: "Status", code, message }] as [number, unknown];
      if (typeof refused?.[1] === "number") return status(refused[1], `${url.pathname} is forbidden`);
      if (refused !== undefined) return [200, refused[1]];
      if (url.pathname === "/version") return [200, { gitVersion: "v1.36.0" }];
      const groups = [...new Set(kinds.map(({ apiVersion }) => groupOf(apiVersion)).filter(Boolean))].map(
        (name) => {
          const versions = [...new Set(kinds.map((one) => one.apiVersion))]
            .filter((one) => groupOf(one) === name)
            .map((groupVersion) => ({ groupVersion, version: groupVersion.split("/")[1] }));
          return { name, versions, preferredVersion: versions.at(-1) };
        },
      );
      if (url.pathname === "/apis") return [200, { kind: "APIGroupList", groups }];
      const group = groups.find(({ name }) => url.pathname === `/apis/${name}`);
      if (group !== undefined) return [200, { kind: "APIGroup", ...group }];
      const [, apiVersion = "", rest = ""] =
        /^\/(?:api|apis)\/(v1|[^/]+\/[^/]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
      const ofVersion = kinds.filter((one) => one.apiVersion === apiVersion);
      if (rest === "") {
        const resources = ofVersion.map(({ plural: name, kind, namespaced }) => ({
          name,
          singularName: "",
          kind,
          namespaced,
          verbs: ["list", "delete"],
        }));
        return ofVersion.length === 0
          ? status(404, "no such version")
          : [200, { groupVersion: apiVersion, resources }];
      }
      const [, namespace, plural, name] =
        /^(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]*))?$/.exec(rest) ?? [];
      const known = ofVersion.find((one) => one.plural === plural);
      if (known === undefined) return status(404, `no ${rest}`);
      const where = { group: groupOf(apiVersion), plural, namespace, name: name && decodeURIComponent(name) };
      const key = keyOf(where);
      const found = stored.get(key);
      if (!name) return [200, collection(method, where, url)];
      if (found === undefined) return status(404, `${plural} "${name}" not found`);
      if (method === "PATCH") {
        if (type.includes("strategic") && known.apiVersion.startsWith("nvidia.com"))
          return status(415, "the body of the request was in an unknown format");
        const uid = at(body, "metadata", "uid");
        if (uid !== undefined && uid !== found.metadata?.uid)
          return status(409, "Precondition failed: UID in precondition");
        const isApplied = type.startsWith("application/apply-patch");
        const [isForced, manager] = ["force", "fieldManager"].map((one) => url.searchParams.get(one));
        const { apiVersion: _version, metadata, ...rest } = record(body);
        const fields = { ...rest, metadata: { labels: at(metadata, "labels") ?? {} } };
        if (isApplied && isForced !== "true" && overwrites(found, fields))
          return status(409, "Apply failed with 1 conflict");
        const changed = isApplied
          ? applied(found, body, manager ?? null)
          : (merged(found, body) as KubernetesObject);
        if (url.searchParams.has("dryRun")) return [200, changed];
        stored.set(key, changed);
        if (changed.metadata?.deletionTimestamp) remove(key);
        return [200, changed];
      }
      if (method === "DELETE") {
        const isBackground = url.searchParams.get("propagationPolicy") === "Background";
        for (const [each, { metadata }] of [...stored])
          if (isBackground && metadata?.ownerReferences?.some(({ uid }) => uid === found.metadata?.uid))
            remove(each);
        remove(key);
        return [200, found];
      }
      return [200, { ...found, apiVersion }];
    }

    function collection(
      method: string,
      { group, plural, namespace }: Readonly<Record<string, string | undefined>>,
      url: URL,
    ): unknown {
      const wanted = (url.searchParams.get("labelSelector") ?? "").split(",").filter(Boolean);
      const [field, is] = (url.searchParams.get("fieldSelector") ?? "").split("=");
      const items = [...stored].filter(([key, object]) => {
        const [itsGroup, itsPlural, itsNamespace] = key.split("/");
        return (
          itsGroup === group &&
          itsPlural === plural &&
          (namespace === undefined || itsNamespace === namespace) &&
          wanted.every((one) => object.metadata?.labels?.[one.split("=")[0] ?? ""] === one.split("=")[1]) &&
          (!field || at(object, ...field.split(".")) === is)
        );
      });
      if (method === "DELETE") for (const [key] of items) stored.delete(key);
      return { kind: "List", metadata: {}, items: items.map(([, object]) => object) };
    }

    const listener: RequestListener = async (request, response) => {
      const { method = "", url = "" } = request;
      const body = await bodyOf(request);
      const path = new URL(url, "http://cluster");
      const [status, found] = answer(method, path, body, request.headers["content-type"]);
      if (method !== "GET") writes.push({ request: `${method} ${path.pathname}`, body });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(found));
    };
    add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } });
    const config = kubeconfigFor(await start(listener));
    const kubeconfig = config.exportConfig();
    return {
      config,
      kubeconfig,
      address: async () => ({ kubeconfig }),
      add: (...objects) => objects.forEach((object) => void add(object as KubernetesObject)),
      find: (kind, name) =>
        [...stored.values()].find((one) => one.kind === kind && one.metadata?.name === name),
      writes,
    };
  };
}
