/** Which args may come from other resources. */
import * as pulumi from "@pulumi/pulumi";

/**
 * Settings that other resources may give, by their names, and what stands for each in the shape of a plan. All others are
 * plain values: the plan counts by them, or chooses.
 */
const standIns = {
  annotations: {},
  certificate: "certificate",
  className: "class",
  deployment: "graph",
  endpoints: ["http://etcd:2379"],
  gateway: "gateway",
  gatewayNamespace: "gateways",
  gpuProduct: "GPU",
  host: "graph.example.com",
  huggingFaceSecret: "hugging-face",
  image: "registry/image",
  namespace: "dynamo",
  nodeSelector: {},
  priorityClass: "class",
  prometheus: "http://prometheus:9090",
  registry: "registry/path",
  release: "release",
  runbooks: "runbooks",
  secret: "secret",
  server: "tls://nats:4222",
  sourceRanges: ["10.0.0.0/8"],
  storageClass: "class",
  tlsSecret: "tls",
};

/** Names of the settings that other resources may give. */
export type Given = keyof typeof standIns;
/** Whether it is such a name. */
export const isGiven = (name: string): name is Given => name in standIns;

type Deep<T> = pulumi.Input<
  T extends readonly (infer Item)[]
    ? pulumi.Input<Item>[]
    : T extends Record<string, string>
      ? Record<string, pulumi.Input<string>>
      : T
>;

/** Settings as args of a component: what other resources may give is an input, all else plain. */
export type Args<T> = T extends readonly (infer Item)[]
  ? Args<Item>[]
  : T extends object
    ? {
        [Key in keyof T]: Key extends Given
          ? Deep<NonNullable<T[Key]>> | Extract<T[Key], undefined>
          : Args<T[Key]>;
      }
    : T;

export interface KnownArgs<T> {
  /** With a stand-in for each output. */
  readonly args: T;
  /** Whether there was none. */
  readonly isComplete: boolean;
  /** Keys whose values must be plain, and are not. */
  readonly unplanned: readonly string[];
}

/** Args as far as they are known when the program runs. */
export function knownArgs<T>(args: unknown): KnownArgs<T> {
  let isComplete = true;
  const unplanned: string[] = [];
  const walk = (value: unknown, path: readonly (string | number)[], around: unknown): unknown => {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
      isComplete = false;
      const standIn = standInFor(path, around);
      if (standIn === undefined) unplanned.push(keyOf(path));
      return standIn;
    }
    if (Array.isArray(value)) return value.map((item, i) => walk(item, [...path, i], around));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, walk(part, [...path, key], value)]),
    );
  };
  return { args: walk(args, [], undefined) as T, isComplete, unplanned };
}

function standInFor(path: readonly (string | number)[], around: unknown): unknown {
  const [last, before] = [...path].reverse();
  // etcd with a certificate speaks TLS, and only then.
  const etcd = around !== null && typeof around === "object" && "certificate" in around ? "https" : "http";
  const table: Record<string, unknown> = { ...standIns, endpoints: [`${etcd}://etcd:2379`] };
  if (typeof last === "string" && last in table) return table[last];
  if (typeof before !== "string" || !(before in table)) return undefined;
  const whole = table[before];
  return Array.isArray(whole) ? whole[0] : "value"; // an item of a list, or the value of a label
}

const keyOf = (path: readonly (string | number)[]) =>
  path.reduce<string>(
    (key, part) => (typeof part === "number" ? `${key}[${part}]` : key === "" ? part : `${key}.${part}`),
    "",
  );
