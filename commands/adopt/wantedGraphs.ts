/** The graphs that a stack is to have, and what is beside them. */
import { InvalidArgumentError } from "commander";
import { at, type Manifest, text } from "../../gpus/manifest";
import { UserError } from "../cli/userError";
import { objectsOf } from "../import/objects";
import type { GraphReference } from "./graphsInCluster";

/** Reads `namespace/name`. */
export function graphReference(given: string): GraphReference {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(given) ?? [];
  if (namespace === undefined || name === undefined)
    throw new InvalidArgumentError("write its namespace and name, as dynamo/chat.");
  return { namespace, name };
}

/**
 * The graphs that are named, by files too. What the files say of the graphs themselves is nothing: those that run are looked at.
 * Services stay whose they are.
 * @throws UserError where none is named, or one without its namespace
 */
export function wantedGraphs(
  files: readonly string[],
  named: readonly GraphReference[] = [],
): { readonly graphs: readonly GraphReference[]; readonly beside: readonly Manifest[] } {
  const { graphs, beside } = files.length > 0 ? objectsOf(files) : { graphs: [], beside: [] };
  const all = [...named, ...graphs.map(referenceOf)];
  if (all.length === 0)
    throw new UserError("name a graph: --graph NAMESPACE/NAME, or a file that has it with its namespace");
  return {
    graphs: [...new Map(all.map((one) => [`${one.namespace}/${one.name}`, one])).values()],
    beside: beside.filter(({ kind }) => kind !== "Service"),
  };
}

function referenceOf(graph: Manifest): GraphReference {
  const { namespace, name } = {
    namespace: at(graph, "metadata", "namespace"),
    name: at(graph, "metadata", "name"),
  };
  if (text(namespace) === "")
    throw new UserError(`graph ${text(name)} names no namespace: write --graph NAMESPACE/${text(name)}`);
  return { namespace: text(namespace), name: text(name) };
}
