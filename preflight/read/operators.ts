/** Dynamo's operator, and the controllers beneath it. */
import { at, list, record, text } from "../../gpus/manifest";
import type { Operator, Snapshot, Unread } from "../snapshot";
import { type ApiServer, reasonOf } from "./apiServer";

/** The image of the operator, by NVIDIA's name and that of copies; and how the chart labels it, whatever the image's name. */
const operatorImage = /(^|\/)(dynamo-)?(kubernetes|dynamo)-operator([:@]|$)/;

const containersOf = (deployment: unknown) => list(at(deployment, "spec", "template", "spec", "containers"));
const imagesOf = (deployment: unknown) => containersOf(deployment).map((one) => text(at(one, "image")));

export async function readOperators(
  api: ApiServer,
  deployments: readonly unknown[] | Unread,
): Promise<Operator[] | Unread> {
  if ("unread" in deployments) return deployments;
  const found = deployments.filter(
    (one) =>
      at(one, "metadata", "labels", "app.kubernetes.io/part-of") === "dynamo-operator" ||
      imagesOf(one).some((image) => operatorImage.test(image)),
  );
  return Promise.all(found.map((one) => operatorOf(api, one)));
}

export function readControllers(deployments: readonly unknown[] | Unread): Snapshot["controllers"] {
  if ("unread" in deployments) return deployments;
  return deployments
    .filter((one) => imagesOf(one).some((image) => /grove|\/lws|leader-?worker|kai-scheduler/.test(image)))
    .map((one) => ({ ...placeOf(one), images: imagesOf(one), ready: isReady(one) }));
}

const placeOf = (deployment: unknown) => ({
  namespace: text(at(deployment, "metadata", "namespace")),
  name: text(at(deployment, "metadata", "name")),
});

const isReady = (deployment: unknown) => Number(at(deployment, "status", "readyReplicas") ?? 0) > 0;

async function operatorOf(api: ApiServer, deployment: unknown): Promise<Operator> {
  const place = placeOf(deployment);
  const containers = containersOf(deployment);
  const manager =
    containers.find((one) => operatorImage.test(text(at(one, "image")))) ??
    containers.find((one) => at(one, "name") === "manager");
  const args = [...list(at(manager, "command")), ...list(at(manager, "args"))].map(text);
  const { settings, namespaceOnly } = await settingsOf(api, deployment, place.namespace, args);
  return {
    ...place,
    image: text(at(manager, "image")),
    version: flag(args, "operator-version"),
    ready: isReady(deployment),
    namespaceOnly,
    settings,
    etcdMembers: await etcdMembers(api, "unread" in settings ? undefined : settings.etcd),
  };
}

/** From 1.0 in a ConfigMap, before in arguments. */
async function settingsOf(api: ApiServer, deployment: unknown, namespace: string, args: readonly string[]) {
  if (flag(args, "config") === undefined)
    return {
      namespaceOnly: flag(args, "restrictedNamespace"),
      settings: {
        discoveryBackend: flag(args, "discovery-backend"),
        nats: address(flag(args, "natsAddr")),
        etcd: address(flag(args, "etcdAddr")),
      },
    };
  try {
    const config = await readConfig(api, deployment, namespace, flag(args, "config") ?? "");
    const grove = at(config, "orchestrators", "grove", "enabled");
    return {
      namespaceOnly: text(at(config, "namespace", "restricted")) || undefined,
      settings: {
        discoveryBackend: text(at(config, "discovery", "backend")) || undefined,
        nats: address(text(at(config, "infrastructure", "natsAddress"))),
        etcd: address(text(at(config, "infrastructure", "etcdAddress"))),
        ...(typeof grove === "boolean" && { grove }),
      },
    };
  } catch (error) {
    return { namespaceOnly: undefined, settings: { unread: `its settings: ${reasonOf(error)}` } };
  }
}

async function readConfig(
  api: ApiServer,
  deployment: unknown,
  namespace: string,
  path: string,
): Promise<unknown> {
  const [file = "", ...folders] = path.split("/").reverse();
  const folder = folders.reverse().join("/");
  const mounts = containersOf(deployment).flatMap((one) => list(at(one, "volumeMounts")));
  const volume = at(
    mounts.find((mount) => at(mount, "mountPath") === folder),
    "name",
  );
  const volumes = list(at(deployment, "spec", "template", "spec", "volumes"));
  const configMap = text(
    at(
      volumes.find((one) => at(one, "name") === volume),
      "configMap",
      "name",
    ),
  );
  if (configMap === "") throw new Error(`no ConfigMap is mounted at ${folder}`);
  const { data } = record(await api.get(`/api/v1/namespaces/${namespace}/configmaps/${configMap}`));
  const { parse } = await import("yaml"); // the program has no other use for it
  return parse(text(at(data, file)), { maxAliasCount: 0 });
}

function flag(args: readonly string[], name: string): string | undefined {
  const i = args.findIndex((arg) => new RegExp(`^--?${name}(=|$)`).test(arg));
  const arg = args[i];
  const value = arg?.includes("=") ? arg.slice(arg.indexOf("=") + 1) : args[i + 1];
  return i < 0 ? undefined : value || undefined;
}

/** Without user and password. */
const address = (url: string | undefined) => url?.replaceAll(/[^/,]*@/g, "") || undefined;

/** Pods that answer at the first of etcd's addresses, where a Service of the cluster is there. */
async function etcdMembers(api: ApiServer, etcd: string | undefined): Promise<number | Unread> {
  const [, service, namespace] =
    /^(?:https?:\/\/)?([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc[\w.-]*)?(?::\d+)?(?:,|$)/.exec(etcd ?? "") ?? [];
  if (service === undefined)
    return { unread: etcd === undefined ? "it has no etcd" : "it is outside the cluster" };
  try {
    const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
    const slices = await api.list(
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`,
    );
    return slices
      .flatMap((slice) => list(at(slice, "endpoints")))
      .filter((endpoint) => at(endpoint, "conditions", "ready") !== false).length;
  } catch (error) {
    return { unread: reasonOf(error) };
  }
}
