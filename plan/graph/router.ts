/** How frontends choose a worker: what they are told, and what workers tell them. */
import type { GraphConfig } from "../../config/graph";
import { isSince, type RuntimeLine } from "../../config/versions";
import type { Wiring } from "../compatibility";
import type { EngineWorker } from "../engines/engine";

/** Whether the kv router hears of the workers' caches; it guesses else. */
function isExact({ router }: GraphConfig, { eventPlane }: Wiring): boolean {
  return (
    router.mode === "kv" && (router.index ?? (eventPlane === "none" ? "approximate" : "exact")) === "exact"
  );
}

/** Arguments of `python3 -m dynamo.frontend`. */
export function routerArgs(graph: GraphConfig, wiring: Wiring, line: RuntimeLine): string[] {
  const noEvents = isSince(line, "1.0") ? "--no-router-kv-events" : "--no-kv-events";
  const isKv = graph.router.mode === "kv";
  return [
    ...(graph.router.mode === "round-robin" ? [] : ["--router-mode", graph.router.mode]), // the default
    // Where nothing carries events, the frontend would open NATS for them in any mode.
    ...((isKv && !isExact(graph, wiring)) || wiring.eventPlane === "none" ? [noEvents] : []),
    ...(isKv && graph.frontend.replicas > 1 && wiring.eventPlane !== "none" ? ["--router-replica-sync"] : []),
  ];
}

export function kvEventsOf(graph: GraphConfig, wiring: Wiring): EngineWorker["kvEvents"] {
  if (wiring.eventPlane === "none") return "impossible";
  return isExact(graph, wiring) ? "published" : "unused";
}
