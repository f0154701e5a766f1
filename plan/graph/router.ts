/** The frontends' choice of a worker: their flags, and the events that workers send them. */
import type { Runtime } from "../../config/runtime/runtime";
import type { EngineWorker } from "../engines/engine";
import type { Frontends } from "./frontends";

/** Whether the kv router hears of the workers' caches; it guesses else. */
function isExact({ router: { mode, index } }: Frontends, { events }: Runtime): boolean {
  return mode === "kv" && (index ?? (events === "none" ? "approximate" : "exact")) === "exact";
}

/** Arguments of `python3 -m dynamo.frontend`. */
export function routerArgs(frontends: Frontends, runtime: Runtime): string[] {
  const { router, replicas } = frontends;
  const isKv = router.mode === "kv";
  return [
    ...(router.mode === "round-robin" ? [] : ["--router-mode", router.mode]), // the default
    // Where nothing carries events, the frontend would open NATS for them in any mode.
    ...((isKv && !isExact(frontends, runtime)) || runtime.events === "none" ? [runtime.noKvEventsFlag] : []),
    ...(isKv && replicas > 1 && runtime.events !== "none" ? ["--router-replica-sync"] : []),
  ];
}

/** Whether workers send routers the events of their KV caches. */
export function kvEventsOf(frontends: Frontends, runtime: Runtime): EngineWorker["kvEvents"] {
  if (runtime.events === "none") return "impossible";
  return isExact(frontends, runtime) ? "published" : "unused";
}
