/**
 * How a Dynamo runtime is wired for a discovery mode. One row for each release line; a line without a row of its
 * own is like the one before. Sources: the released wheels of ai-dynamo 0.7.1 to 1.6.1, each run against every
 * discovery backend, and the operator of the same releases.
 */
import { isSince, type RuntimeLine } from "../config/versions";
import type { EnvVar } from "./envVar";

export interface Wiring {
  /** Value of the graph's annotation nvidia.com/dynamo-discovery-backend. Always written: the operator's default changed in 0.8. */
  readonly discoveryBackend: "kubernetes" | "etcd";
  /** Env of every component, before the addresses of NATS and etcd. */
  readonly env: readonly EnvVar[];
  /** How requests reach workers. */
  readonly requestPlane: RequestPlane;
  /** What carries KV cache events from workers to routers. With none they must be off: they would open NATS. */
  readonly eventPlane: "none" | "zmq" | "nats";
  /** What the people who install the platform must know. */
  readonly warnings: readonly string[];
}

export type RequestPlane = "tcp" | "nats";

/**
 * The wiring of a release line in `kubernetes` mode.
 * @throws RangeError for 0.7, which the config refuses: it has no discovery without NATS.
 */
export function kubernetesWiring(line: RuntimeLine): Wiring {
  const wiring = {
    discoveryBackend: "kubernetes",
    env: [],
    requestPlane: "tcp",
    eventPlane: "zmq",
    warnings: [],
  } as const;
  switch (line) {
    case "0.7":
      throw new RangeError("runtime 0.7 has no kubernetes discovery without NATS");
    case "0.8":
    case "0.9":
      return {
        ...wiring,
        // Their --store-kv defaults to etcd whatever the discovery backend is (fixed by ai-dynamo/dynamo#6167).
        env: [{ name: "DYN_STORE_KV", value: "mem" }],
        eventPlane: "none",
        warnings: [
          `runtime ${line} sends KV events over NATS only, so they are off: KV-aware routing is approximate`,
          `the platform chart of ${line} may deploy operator 0.7.1, which ignores this mode: check the image of dynamo-operator`,
          ...(line === "0.8"
            ? [
                "the operator of 0.8 cleans up in its own etcd when a graph is deleted: keep the platform's etcd running",
              ]
            : []),
        ],
      };
    case "1.0":
      return { ...wiring, env: zmqEvents };
    case "1.1":
      return {
        ...wiring,
        env: zmqEvents,
        warnings: [natsFreePlatform("nats.enabled=false and dynamo-operator.nats.enabled=false")],
      };
    case "1.2":
      return {
        ...wiring,
        env: zmqEvents,
        warnings: [natsFreePlatform("global.nats.install=false")],
      };
    default:
      // From 1.3 ZMQ is the default event plane.
      return { ...wiring, warnings: [natsFreePlatform("global.nats.install=false")] };
  }
}

const zmqEvents = [{ name: "DYN_EVENT_PLANE", value: "zmq" }];

const natsFreePlatform = (values: string) =>
  `install the platform without NATS (${values}): from 1.1 the address that its operator injects makes every pod connect to NATS`;

/**
 * The wiring of a release line in `nats-etcd` mode.
 * @param requestPlane overrides the runtime's own default.
 */
export function natsEtcdWiring(line: RuntimeLine, requestPlane?: RequestPlane): Wiring {
  const env: EnvVar[] = [];
  // Before 1.0 there is no event plane to choose: it is NATS.
  if (isSince(line, "1.0")) env.push({ name: "DYN_EVENT_PLANE", value: "nats" });
  if (requestPlane !== undefined) env.push({ name: "DYN_REQUEST_PLANE", value: requestPlane });
  return {
    discoveryBackend: "etcd",
    env,
    requestPlane: requestPlane ?? (line === "0.7" ? "nats" : "tcp"),
    eventPlane: "nats",
    warnings: [],
  };
}
