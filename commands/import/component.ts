/** Components of a graph in one form for both versions of the API: fields by name, with their meaning as value. */
import { own } from "../../config/own";
import { dynamoComponents } from "../../gpus/dynamoComponents";
import { at, list, type Manifest, record, text } from "../../gpus/manifest";

import { without } from "../../gpus/reading";
import { claimsOf, type PodClaim } from "./claims";
import { amountOf, containerFields, envOf, sharedMemory, valuesOf } from "./containerFields";
import { withFile } from "./engineFile";
import { withFlags } from "./envFlags";
import { type Executed, executedBy } from "./executed";
import { flagsOf } from "./flags";
import { atOwnPort } from "./frontendPort";
import { anonymous } from "./graphName";
import { isPlanner } from "./plannerFields";
import { podFields } from "./podFields";
import { sidecarFields, sidecarIn } from "./sidecar";
import { snapshotFields, snapshotsOf } from "./snapshots";
import { idleVolumes } from "./volumes";

/** A component as it runs. */
export interface Component {
  readonly name: string;
  /** Version of the graph's API, which differ in the names of some fields. */
  readonly apiVersion: string;
  /** Its part: `frontend`, `worker`, `prefill`, `decode`, `planner`, or what else the graph says. */
  readonly type: string;
  readonly executed: Executed;
  /** Its main container as it was written, with the mounts and env of the component. */
  readonly container: Manifest;
  /** The frontend beside its engine; undefined where it has none. */
  readonly sidecar?: Manifest | undefined;
  /** Devices that its pods claim. */
  readonly claims: readonly PodClaim[];
  /** Volumes by name. */
  readonly volumes: ReadonlyMap<string, Manifest>;
  /** Each field's meaning, by kind and name: `flag --model`, `env HF_HOME`, `mount /models`, `pod.affinity`. */
  readonly fields: ReadonlyMap<string, unknown>;
}

/** Fields of a component that are read here under other names, or are the program's own matter. */
const read =
  "name type componentType subComponentType replicas multinode resources extraPodSpec extraPodMetadata podTemplate envs envFromSecret volumeMounts sharedMemory sharedMemorySize livenessProbe readinessProbe compilationCache frontendSidecar".split(
    " ",
  );

/** Commands that the operator gives to components without one. */
const initialCommands: Readonly<Record<string, readonly string[]>> = {
  frontend: ["python3", "-m", "dynamo.frontend"],
};

/**
 * The components of a DynamoGraphDeployment.
 * @param beside objects that they refer to, as far as they are at hand
 */
export function componentsIn(graph: unknown, beside: readonly Manifest[] = []): Component[] {
  const spec = at(graph, "spec");
  const parts = [
    ...Object.entries(record(at(spec, "services"))),
    ...list(at(spec, "components")).map((part) => [text(at(part, "name")), part] as const),
  ];
  const { pods } = dynamoComponents(graph);
  const graphEnv = [...list(at(spec, "envs")), ...list(at(spec, "env"))];
  const [apiVersion, graphName] = [text(at(graph, "apiVersion")), text(at(graph, "metadata", "name"))];
  return parts.map(([name, part], i) => ({
    ...componentOf(graphName, name, part, pods[i], graphEnv, beside),
    apiVersion,
  }));
}

function componentOf(
  graphName: string,
  name: string,
  part: unknown,
  pods: ReturnType<typeof dynamoComponents>["pods"][number] | undefined,
  graphEnv: readonly unknown[],
  beside: readonly Manifest[],
): Omit<Component, "apiVersion"> {
  const pod = record(pods?.pod);
  const containers = list(pod.containers).map(record);
  const sidecar = sidecarIn(part, containers);
  const main = containers.find((container) => container.name === "main") ?? {};
  const caches = [...list(at(part, "volumeMounts")), ...compilationCache(part)].map(record);
  const claims = claimsOf(pod, beside);
  const container: Manifest = {
    ...main,
    livenessProbe: main.livenessProbe ?? at(part, "livenessProbe"),
    readinessProbe: main.readinessProbe ?? at(part, "readinessProbe"),
    env: [...graphEnv, ...list(at(part, "envs")), ...list(main.env), ...cacheEnv(caches)],
    envFrom: [
      ...(text(at(part, "envFromSecret")) === "" ? [] : [{ secretRef: { name: at(part, "envFromSecret") } }]),
      ...list(main.envFrom),
    ],
    volumeMounts: [
      ...caches.map(({ name: claim, mountPoint }) => ({ name: claim, mountPath: mountPoint })),
      ...list(main.volumeMounts),
    ],
  };
  const volumes = new Map<string, Manifest>([
    ...caches.map(
      ({ name: claim }) => [text(claim), { persistentVolumeClaim: { claimName: claim } }] as const,
    ),
    ...list(pod.volumes).map(
      (volume) => [text(at(volume, "name")), without(volume, "name")] as [string, Manifest],
    ),
  ]);
  const written = envOf(container);
  const type = pods?.role || pods?.type || "";
  const command = executedBy(container, valuesOf(written), own(initialCommands, type));
  const { executed, env } = withFlags(
    withFile(command, container, volumes, beside),
    new Map([...written, ...Object.entries(command.env)]),
  );
  const role = roleOf(type, executed);
  const fields = new Map<string, unknown>([
    ["type", role],
    ["replicas", amountOf(pods?.replicas ?? 1)],
    ["nodes", amountOf(pods?.nodes ?? 1)],
    ...podFields(
      pod,
      containers.filter((one) => one !== sidecar),
    ),
    ...idleVolumes(volumes, container),
    ...sidecarFields(sidecar),
    ...claimFields(claims, [
      ...list(at(part, "resources", "claims")),
      ...list(at(main, "resources", "claims")),
      ...list(at(part, "extraPodSpec", "mainContainer", "resources", "claims")),
    ]),
    ...containerFields(atOwnPort(container, executed), executed, env, volumes),
    ...prefixed(
      "annotation",
      at(part, "extraPodMetadata", "annotations") ?? at(part, "podTemplate", "metadata", "annotations"),
    ),
    ...prefixed(
      "label",
      at(part, "extraPodMetadata", "labels") ?? at(part, "podTemplate", "metadata", "labels"),
    ),
    ...snapshotsOf(part),
    ...Object.entries(without(part, ...read, ...snapshotFields)).map(
      ([key, value]) => [`field.${key}`, value] as const,
    ),
  ]);
  const size = sharedMemory(part, container, volumes);
  if (size !== undefined) fields.set("sharedMemory", amountOf(size));
  for (const [key, value] of fields)
    if (isNothing(value) && !saysNone.test(key)) fields.delete(key);
    else if (/^pod\.(affinity|topologySpreadConstraints)$/.test(key))
      fields.set(key, anonymous(value, graphName));
  return { name, type: role, executed, container, sidecar, claims, volumes, fields };
}

/** Claims of devices by what they are. One that the container does not use gives it nothing. */
const claimFields = (claims: readonly PodClaim[], used: readonly unknown[]): [string, unknown][] =>
  claims.map(({ name, claim }) => [
    `claim ${JSON.stringify(claim)}`,
    used.some((one) => at(one, "name") === name) ? "used" : "not used by the container",
  ]);

/** Whether a field says nothing: it is left out, or empty. */
const isNothing = (value: unknown) =>
  value === undefined ||
  value === null ||
  (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);

/** Fields that say something where they are empty: the operator adds nothing to a security context that is there. */
const saysNone = /^pod\.securityContext$/;

/** A component's part. Types of old don't say it, and the module that runs does. */
function roleOf(type: string, { module, args }: Executed): string {
  if (module === "dynamo.frontend") return "frontend";
  if (isPlanner(module)) return "planner";
  if (!/^dynamo\.(vllm|sglang|trtllm)$/.test(module ?? "")) return type;
  const [mode = ""] = flagsOf(args).get("--disaggregation-mode") ?? [];
  if (/^(prefill|decode|encode)$/.test(mode)) return mode;
  return /^(prefill|decode)$/.test(type) ? type : "worker";
}

function* prefixed(kind: string, values: unknown): Iterable<[string, unknown]> {
  for (const [key, value] of Object.entries(record(values))) yield [`${kind} ${key}`, value];
}

/** The claim of a compilation cache, which v1beta1 names apart. */
function compilationCache(part: unknown): unknown[] {
  const cache = at(part, "compilationCache");
  return cache === undefined
    ? []
    : [{ name: at(cache, "pvcName"), mountPoint: at(cache, "mountPath"), useAsCompilationCache: true }];
}

/** Env by which the operator leads vLLM to its compilation cache: `backend_vllm.go` of 0.7 to 1.6. */
function cacheEnv(mounts: readonly Manifest[]): unknown[] {
  const cache = mounts.find((mount) => mount.useAsCompilationCache === true && text(mount.mountPoint) !== "");
  return cache === undefined ? [] : [{ name: "VLLM_CACHE_ROOT", value: cache.mountPoint }];
}
