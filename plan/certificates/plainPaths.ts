/** What goes in plain text between the parts of a stack that encrypts the rest. */
import type { Runtime } from "../../config/runtime/runtime";
import type { GraphPlan } from "../graph/graphPlan";
import { kvEventsOf } from "../graph/router";

/** A path of a graph, and what to write for another. */
export interface PlainPath {
  readonly what: string;
  readonly instead: string;
}

/** The paths of a graph for which its runtime and engines have no TLS. */
export function plainPaths({ name, frontends, components }: GraphPlan, runtime: Runtime): PlainPath[] {
  const sendsEvents =
    kvEventsOf(frontends, runtime) === "published" ||
    (frontends.router.mode === "kv" && frontends.replicas > 1);
  const hasRole = (role: string) => components.some((one) => one.role === role);
  return [
    ...(runtime.events === "zmq" && sendsEvents
      ? [
          {
            what: `events of the router of ${name} go over ZMQ, which has no TLS`,
            instead: "write mode: nats-etcd, or another router.mode",
          },
        ]
      : []),
    ...(hasRole("prefill") && hasRole("decode")
      ? [
          {
            what: `the KV cache of ${name} goes from prefill to decode by NIXL, which has no TLS`,
            instead: "write workers in place of both",
          },
        ]
      : []),
    ...(components.some(({ nodes }) => nodes > 1)
      ? [
          {
            what: `workers of ${name} on several nodes talk among each other by their engines' own ways, which have no TLS`,
            instead: "write workers of one node",
          },
        ]
      : []),
  ];
}

/** The same of all graphs, as warnings. */
export function warnOfPlain(graphs: readonly GraphPlan[], runtime: Runtime): string[] {
  return graphs.flatMap((graph) => plainPaths(graph, runtime).map(({ what }) => `not encrypted: ${what}`));
}

/** The same of all graphs, where it is refused. */
export function refusePlain(graphs: readonly GraphPlan[], runtime: Runtime): string[] {
  return graphs.flatMap((graph) =>
    plainPaths(graph, runtime).map(
      ({ what, instead }) => `${what}: ${instead}, or take dynamo:encryption.refusePlain away`,
    ),
  );
}
