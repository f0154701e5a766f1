import { Command } from "commander";
import { type Adoption, adoptGraphs } from "./adopt/adoptGraphs";
import type { GraphReference } from "./adopt/graphsInCluster";
import { graphReference } from "./adopt/wantedGraphs";
import { runtimeVersion } from "./cli/optionValues";

export const command = new Command("npm run adopt --")
  .description(
    "Makes graphs that run already part of a stack, as they run: no pod starts anew. Writes the stack's file where there is none, and puts the stack's label on the graphs; the next `pulumi up` takes them up.",
  )
  .argument("[file...]", "YAML or JSON that names the graphs, with what is beside them, a folder, or -")
  .requiredOption("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, or a new one")
  .option(
    "-g, --graph <namespace/name>",
    "a graph; several by several of these",
    (text: string, before: readonly GraphReference[] = []) => [...before, graphReference(text)],
  )
  .option(
    "-r, --runtime <version>",
    "version of the Dynamo runtime of a new stack (default: by the images' tags)",
    runtimeVersion,
  )
  .option("-y, --yes", "do it; without this it is asked, and without a terminal nothing is changed")
  .addHelpText(
    "after",
    "\nWhat else holds a graph, such as Helm or Argo CD, is told, with what to do there first, and never changed.",
  )
  .action((files: readonly string[], options: Omit<Adoption, "files">) => adoptGraphs({ files, ...options }));
