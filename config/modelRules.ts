/** Rules on where a graph's model comes from. */
import { type GraphConfig, isPath } from "./graph";
import type { IsSound, ReportMistake } from "./report";

/** Checks what is of models of Hugging Face's alone. */
export function checkModel(graph: GraphConfig, isSound: IsSound, report: ReportMistake): void {
  if (!isSound("model") || !isPath(graph.model)) return;
  if (isSound("modelCache") && graph.modelCache?.pvc?.download)
    report(
      ["modelCache", "pvc", "download"],
      `can't be done of a path: write the model's name, or remove it`,
    );
  if (graph.modelRevision !== undefined)
    report(["modelRevision"], "is of models of Hugging Face's, and this one is a path: remove it");
}
