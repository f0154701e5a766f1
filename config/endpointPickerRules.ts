/** Rules on graphs with an Endpoint Picker: what frontends beside engines can't do, and the operator can't make. */
import { frontend } from "./frontend";
import { type GraphConfig, isPath } from "./graph";
import { poolsOf } from "./pools";
import type { IsSound, ReportMistake } from "./report";
import { firstReleaseThat } from "./runtime/releases";
import type { Runtime } from "./runtime/runtime";

/** Settings of the frontend that its container beside an engine has too. The API has no others of it. */
const ofSidecar = ["name", "image", "args", "env", "expose"];

const plainFrontend = frontend.parse({});

/** Checks a graph's Endpoint Picker. */
export function checkEndpointPicker(
  runtime: Runtime,
  graph: GraphConfig,
  isSound: IsSound,
  report: ReportMistake,
): void {
  const { endpointPicker, servedBy, planner, loras, router, model } = graph;
  if (endpointPicker === undefined) return;
  const refuse = (message: string) => report(["endpointPicker"], message);
  const first = firstReleaseThat((release) => release.endpointPicker !== "none");
  const native = firstReleaseThat((release) => release.endpointPicker === "native");
  if (runtime.endpointPicker === "none")
    refuse(`needs mode kubernetes and a runtime of ${first} or newer: remove it, or write these`);
  else if (runtime.endpointPicker === "configured" && endpointPicker.config === undefined)
    report(
      ["endpointPicker", "config"],
      `is missing: the picker of ${runtime.releaseLine} goes by its plugins; write them, or a runtime of ${native} or newer`,
    );
  if (runtime.certificates !== undefined)
    refuse("has no certificate of the stack's: remove it, or dynamo:encryption");
  if (servedBy !== undefined)
    refuse(`is of graphs with frontends of their own, and "${servedBy}" serves this one: remove one`);
  if (planner) refuse("and the planner, which asks frontends for the load, can't be together: remove one");
  if (isSound("loras") && loras.length > 0)
    refuse("picks no workers by their LoRA adapters: remove it, or loras");
  if (isSound("model") && isPath(model))
    refuse("has no volume for a model that is a path: remove it, or write the model's name");
  if (isSound("router") && (router.mode !== "round-robin" || router.index !== undefined))
    report(["router"], "is the frontends', and endpointPicker chooses in their place: remove one");
  for (const { key, nodes } of poolsOf(graph))
    if (isSound(key) && nodes > 1)
      report(
        [key, "nodes"],
        "over which no frontend is made beside the engine: write 1, or remove endpointPicker",
      );
  if (isSound("frontend")) checkSidecar(graph.frontend, report);
}

function checkSidecar(own: GraphConfig["frontend"], report: ReportMistake): void {
  for (const [setting, value] of Object.entries(own))
    if (
      !ofSidecar.includes(setting) &&
      JSON.stringify(value) !== JSON.stringify(plainFrontend[setting as keyof typeof plainFrontend])
    )
      report(
        ["frontend", setting],
        "is of pods of the frontend's own, and with endpointPicker it has none: remove it, or write it of the workers",
      );
  if (own.expose !== undefined && own.expose.type !== "Gateway")
    report(
      ["frontend", "expose", "type"],
      `${own.expose.type} leads past endpointPicker, which a Gateway asks: write Gateway, or remove it`,
    );
}
