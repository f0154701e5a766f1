/** The graph of a stack's file that is to be one that runs. */
import { stringify } from "yaml";
import type { StackConfig } from "../../config/schema";
import { planStack } from "../../plan/stack";
import { UserError } from "../cli/userError";
import { adoptedAs } from "./adopted";
import type { GraphReference, LiveGraph } from "./graphsInCluster";

/**
 * Where a stack's graphs have it: by the name of its object, or else by its own.
 * @returns its index, whether its object is the one, and the version of the API in which the stack makes it
 * @throws UserError where the stack has none such
 */
export function findGraph(config: StackConfig, { namespace, name }: GraphReference, file: string) {
  if (config.namespace.name !== namespace)
    throw new UserError(
      `graph ${namespace}/${name} is of another namespace than the stack's graphs are (dynamo:namespace.name: ${config.namespace.name}): adopt it into another stack`,
    );
  const { graphs } = planStack(config);
  const byObject = graphs.findIndex(({ deployment }) => deployment.metadata.name === name);
  const i = byObject >= 0 ? byObject : graphs.findIndex((graph) => graph.name === name);
  if (i < 0)
    throw new UserError(
      `${file} has no graph ${name}: have \`npm run import\` write one, and put it among dynamo:graphs; or name a stack that has no file yet`,
    );
  return { index: i, isIt: byObject >= 0, version: graphs[i]?.deployment.apiVersion.split("/")[1] ?? "" };
}

/** What to write into a stack's file for a graph to go on as it runs. */
export function toWrite(config: StackConfig, i: number, live: LiveGraph): string {
  const text = stringify({ adopted: adoptedAs(config, i, live) }, { lineWidth: 0 });
  return text.trimEnd().replaceAll(/^/gm, "      ");
}
