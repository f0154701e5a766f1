/** Signals that end a run. */
import { setMaxListeners } from "node:events";
import { constants } from "node:os";
import { Interruption } from "../cli/runCommand";

/** The first SIGINT or SIGTERM ends the traffic, a second one the program. */
export function interruptions() {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // each request under way listens
  const end = (signal: "SIGINT" | "SIGTERM") =>
    controller.abort(new Interruption(128 + constants.signals[signal]));
  process.once("SIGINT", end).once("SIGTERM", end);
  return {
    signal: controller.signal,
    stopListening: () => void process.off("SIGINT", end).off("SIGTERM", end),
  };
}
