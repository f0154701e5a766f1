/** Fields of a component's main container. */
import { own } from "../../config/own";
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { quantity } from "../../gpus/quantity";
import { type Executed, expanded, workspace } from "./executed";
import { flagsOf, meaningOf, occurrencesIn } from "./flags";
import { isPlanner, plannerFields } from "./plannerFields";
import { isSame } from "./same";

export function containerFields(
  container: Manifest,
  executed: Executed,
  env: ReadonlyMap<string, unknown>,
  volumes: ReadonlyMap<string, Manifest>,
): [string, unknown][] {
  const {
    name: _,
    imagePullPolicy,
    image,
    command,
    args,
    workingDir,
    env: __,
    envFrom,
    volumeMounts,
    resources,
    ...rest
  } = container;
  void command;
  void args;
  const { module, before, after, script, isLogin, isStrict, tail } = executed;
  const flags = module === undefined || isPlanner(module) ? [] : [...flagsOf(executed.args)];
  const all = occurrencesIn(executed.args);
  return [
    ["container.image", image],
    [
      "container.imagePullPolicy",
      imagePullPolicy === defaultPullPolicy(text(image)) ? undefined : imagePullPolicy,
    ],
    ["program", module ?? executed.args.join(" ")],
    ["script", script],
    ["tail", tail],
    ["pipe", isStrict === true ? "it fails as the engine does" : undefined],
    ["login", isLogin === true ? "its shell reads the profiles of a login" : undefined],
    ["before", before],
    ["after", after],
    ["container.workingDir", folderOf(workingDir)],
    ...flags.flatMap(([flag, values]): [string, unknown][] => [
      [`flag ${flag}`, values.map(meaningOf)],
      ...(all.get(flag) ?? [])
        .slice(0, -1)
        .map((earlier): [string, unknown] => [`again ${[flag, ...earlier].join(" ")}`, "once more"]),
    ]),
    ...(isPlanner(module) ? plannerFields(executed.args) : []),
    ...[...env]
      .filter(([key, value]) => JSON.stringify(own(operatorsEnv, key)) !== JSON.stringify(value))
      .map(([key, value]): [string, unknown] => [`env ${key}`, value]),
    ...list(envFrom).map((source): [string, unknown] => [`envFrom ${JSON.stringify(source)}`, true]),
    ...list(volumeMounts)
      .map(record)
      .filter((mount) => !isSharedMemory(mount, volumes))
      .map((mount): [string, unknown] => [
        `mount ${text(mount.mountPath).replace(/(?<=.)\/$/, "")}`,
        mountOf(mount, volumes),
      ]),
    ...amounts(resources),
    ...Object.entries(rest).map(([key, value]): [string, unknown] => [
      `container.${key}`,
      key === "ports" ? ownPorts(value) : sorted(value),
    ]),
  ].filter(([key, value]) => value !== "" || String(key).startsWith("env ")) as [string, unknown][];
}

/** A working directory; undefined where it is that of the runtime's images. */
const folderOf = (workingDir: unknown) => {
  const folder = text(workingDir).replace(/(?<=.)\/+$/, "");
  return folder === workspace ? undefined : folder || undefined;
};

/** Ports but for those that the operator gives every component. */
function ownPorts(ports: unknown): unknown {
  const own = list(ports).filter(
    (port) =>
      !isSame({ protocol: "TCP", ...record(port) }, { name: "http", containerPort: 8000, protocol: "TCP" }) &&
      !isSame({ protocol: "TCP", ...record(port) }, { name: "system", containerPort: 9090, protocol: "TCP" }),
  );
  return own.length > 0 ? own : undefined;
}

/** A security context's capabilities are in no order. */
function sorted(value: unknown): unknown {
  const add = at(value, "capabilities", "add");
  if (!Array.isArray(add)) return value;
  return { ...record(value), capabilities: { ...record(at(value, "capabilities")), add: [...add].sort() } };
}

const defaultPullPolicy = (image: string) => (/(:latest|\/[^:@]*)$/.test(image) ? "Always" : "IfNotPresent");

/** What is mounted. What says nothing is left out, as what Kubernetes does by itself. */
function mountOf(
  { name, readOnly, mountPath: _, ...others }: Manifest,
  volumes: ReadonlyMap<string, Manifest>,
): Manifest {
  const volume = record(volumes.get(text(name)));
  const { persistentVolumeClaim, configMap, secret, hostPath } = volume;
  const files = configMap ?? secret;
  const isReadOnly = (readOnly === true || at(persistentVolumeClaim, "readOnly") === true) && !files;
  return { source: sourceOf(), ...(isReadOnly && { readOnly: true }), ...others };

  function sourceOf(): Manifest {
    if (persistentVolumeClaim) return { claim: at(persistentVolumeClaim, "claimName") };
    if (hostPath) return { hostPath: at(hostPath, "type") ? hostPath : { path: at(hostPath, "path") } };
    if (!files) return volume;
    const { defaultMode, ...rest } = record(files);
    const own = { ...rest, ...(defaultMode !== undefined && defaultMode !== 0o644 && { defaultMode }) };
    return configMap ? { configMap: own } : { secret: own };
  }
}

function isSharedMemory({ name, mountPath }: Manifest, volumes: ReadonlyMap<string, Manifest>): boolean {
  const volume = volumes.get(text(name));
  return (
    mountPath === "/dev/shm" &&
    at(volume, "emptyDir", "medium") === "Memory" &&
    at(volume, "emptyDir", "sizeLimit") !== undefined
  );
}

/** Size of /dev/shm, by the component's own field or by a volume. */
export function sharedMemory(
  part: unknown,
  container: Manifest,
  volumes: ReadonlyMap<string, Manifest>,
): unknown {
  const mount = list(container.volumeMounts)
    .map(record)
    .find((one) => isSharedMemory(one, volumes));
  const size =
    at(volumes.get(text(mount?.name)), "emptyDir", "sizeLimit") ??
    at(part, "sharedMemorySize") ??
    at(part, "sharedMemory", "size");
  const isOff = mount === undefined && at(part, "sharedMemory", "disabled") === true;
  return isOff || (size !== undefined && quantity(size) === 0) ? noSharedMemory : size;
}

/** The container's own /dev/shm, with no volume there. */
export const noSharedMemory = "disabled";

/** Amounts of resources. Requests that are not written are the limits, and of devices both are one. */
function amounts(resources: unknown): [string, unknown][] {
  const [limits, requests] = ["limits", "requests"].map((field) => record(at(resources, field)));
  const devices = Object.entries({ ...requests }).filter(([resource]) => resource.includes("/"));
  const all = { ...Object.fromEntries(devices), ...limits };
  return [
    ...Object.entries(all).map(([resource, amount]): [string, unknown] => [
      `limit ${resource}`,
      amountOf(amount),
    ]),
    ...Object.entries({ ...all, ...requests }).map(([resource, amount]): [string, unknown] => [
      `request ${resource}`,
      amountOf(amount),
    ]),
  ];
}

/** An amount as a number; what is none, as it was written: no engine comes up with it, and whoever reads of it must know it again. */
export function amountOf(written: unknown): unknown {
  const amount = quantity(written);
  return Number.isNaN(amount) ? written : amount;
}

/** Env by which the operator tells pods who they are, with the values that it gives. */
const operatorsEnv: Readonly<Record<string, unknown>> = {
  POD_UID: { fieldRef: { fieldPath: "metadata.uid" } },
  POD_NAME: { fieldRef: { fieldPath: "metadata.name" } },
  POD_NAMESPACE: { fieldRef: { fieldPath: "metadata.namespace" } },
  DYN_SYSTEM_ENABLED: "true",
  DYN_SYSTEM_PORT: "9090",
  DYN_HTTP_PORT: "8000",
  DYN_DISCOVERY_BACKEND: "kubernetes",
};

/** Env by name: the value, or where it comes from. The last one counts. */
export function envOf(container: Manifest): Map<string, unknown> {
  return new Map(
    list(container.env).map((variable) => {
      const source = at(variable, "valueFrom");
      return [text(at(variable, "name")), source ?? String(at(variable, "value") ?? "")];
    }),
  );
}

/** Values of env as the kubelet puts them in; undefined for those that only the cluster knows. One may refer to those before it. */
export function valuesOf(env: ReadonlyMap<string, unknown>): ReadonlyMap<string, string | undefined> {
  const values = new Map<string, string | undefined>();
  for (const [name, value] of env)
    values.set(name, typeof value === "string" ? expanded(value, values) : undefined);
  return values;
}
