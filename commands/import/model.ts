/** Which model a worker serves. */
import { UserError } from "../cli/userError";
import type { Component } from "./component";
import { flagsOf } from "./flags";

/** Models of engines that are told none: `backend_args.py` of dynamo.trtllm, and vLLM's own. SGLang must be told one. */
const defaults: Readonly<Record<string, string>> = {
  "dynamo.vllm": "Qwen/Qwen3-0.6B",
  "dynamo.trtllm": "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
};

/** The model that an engine serves by itself; undefined where it has none, or may have another, which can't be read. */
export function ownModel({ executed: { module = "", args }, fields }: Component): string | undefined {
  const flags = flagsOf(args);
  const mayHaveAnother =
    flags.has("") || // as the model stands in other programs of vLLM's
    [...flags.keys()].some((flag) => flag === "--config" || /^--m(o(d(e)?)?)?$/.test(flag)) ||
    [...fields.keys()].some((field) => /^env DYN_\w+_MODEL$/.test(field)) ||
    fields.has("script");
  return mayHaveAnother ? undefined : defaults[module];
}

/**
 * The model of a worker.
 * @throws UserError where it can't be read: another would be served in its place
 */
export function modelOf(graph: string, worker: Component | undefined): string {
  if (worker === undefined) return "";
  const [written] = flagsOf(worker.executed.args).get("--model") ?? [];
  const model = written ?? ownModel(worker);
  if (model === undefined)
    throw new UserError(
      `${graph}/${worker.name} does not say its model where it can be read: write --model among its arguments, or give the ConfigMap of its --config too`,
    );
  return model;
}
