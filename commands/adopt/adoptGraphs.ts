/** The whole of an adoption, from what is there to the label. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { printable, some } from "../../config/printable";
import { identifyStack, projectDir, readStack } from "../../config/project";
import type { StackConfig } from "../../config/schema";
import type { Manifest } from "../../gpus/manifest";
import { writeText } from "../cli/files";
import { UserError } from "../cli/userError";
import { type Connection, connectToCluster } from "../stack/connection";
import { confirmed } from "./confirmed";
import { findGraph, toWrite } from "./graphOfStack";
import { type GraphReference, giveTo, type LiveGraph, readLiveGraph } from "./graphsInCluster";
import { newStack } from "./newStack";
import { ownerOfStack } from "./owner";
import { describeNext, describeVerdict, podsOf } from "./report";
import { judge, restarting, type Verdict } from "./verdict";
import { wantedGraphs } from "./wantedGraphs";

/** Which graphs which stack is to have. */
export interface Adoption {
  readonly files: readonly string[];
  readonly stack: string;
  /** @default none: the files name them */
  readonly graph?: readonly GraphReference[];
  /** Version of a new stack's runtime. @default by the images' tags */
  readonly runtime?: string;
  /** @default false: it is asked */
  readonly yes?: boolean;
}

/**
 * Writes a new stack's file, and labels the graphs, unless something speaks against it.
 * @param dir folder of the stacks' files
 * @throws UserError where something does; nothing was changed then
 */
export async function adoptGraphs(
  { files, stack, graph, runtime, yes }: Adoption,
  dir = projectDir,
): Promise<void> {
  const identity = identifyStack(stack, dir);
  const { graphs, beside } = wantedGraphs(files, graph);
  const known = existsSync(identity.file) ? readStack(stack, dir).settings : undefined;
  const owner = await ownerOfStack(stack, identity, known !== undefined);
  const connection = await connectToCluster(known?.cluster.context, { isVerbatim: true });
  const file = basename(identity.file);
  const { config, places, text, notes } = known
    ? await asWritten(connection, known, graphs, file)
    : await asNew(connection, identity.project, graphs, beside, runtime);
  const verdicts: Verdict[] = [];
  for (const { live, index } of places) verdicts.push(await judge(connection, config, index, live, owner));
  console.log([...notes, ...verdicts.map(describeVerdict)].join("\n\n"));
  refuse(verdicts, file, config);
  const names = some(graphs.map(({ namespace, name }) => `${namespace}/${name}`));
  await confirmed(`Give ${names} to stack ${stack}?`, yes);
  if (text !== undefined) writeText(identity.file, text, { flag: "wx" });
  for (const { live } of places) await giveTo(connection, live, owner);
  console.log(`\n${describeNext(stack, names, text === undefined ? undefined : file)}`);
}

/** A stack, and the graphs that it is to have. */
interface Wanted {
  readonly config: StackConfig;
  readonly places: readonly { readonly live: LiveGraph; readonly index: number }[];
  /** Of its file; undefined where that is there. */
  readonly text: string | undefined;
  readonly notes: readonly string[];
}

/** By the stack's file. @throws UserError where it makes other graphs */
async function asWritten(
  connection: Connection,
  config: StackConfig,
  graphs: readonly GraphReference[],
  file: string,
): Promise<Wanted> {
  const found = graphs.map((graph) => ({ graph, ...findGraph(config, graph, file) }));
  const reads = found.map(async ({ graph, index, isIt, version }) => {
    const live = await readLiveGraph(connection, graph, version);
    if (!isIt) throw new UserError(unlike(file, config, index, live, "makes another graph of that name"));
    return { live, index };
  });
  return { config, places: await Promise.all(reads), text: undefined, notes: [] };
}

/** By the graphs themselves. */
async function asNew(
  connection: Connection,
  project: string,
  graphs: readonly GraphReference[],
  beside: readonly Manifest[],
  runtime: string | undefined,
): Promise<Wanted> {
  const live = await Promise.all(graphs.map((graph) => readLiveGraph(connection, graph)));
  const objects = [...beside, ...live.flatMap(({ configMaps }) => configMaps)];
  const context = connection.config.getCurrentContext();
  const { config, text, notes } = newStack(project, live, objects, context, runtime);
  const places = live.map((one, index) => ({ live: one, index }));
  return { config, places, text, notes: notes.map((note) => `note: ${printable(note)}`) };
}

/** @throws UserError where somebody else holds a graph, or its pods would start anew */
function refuse(verdicts: readonly Verdict[], file: string, config: StackConfig): void {
  const holders = verdicts.flatMap(({ holders }) => holders.filter(({ mustLetGo }) => mustLetGo));
  if (holders.length > 0)
    throw new UserError(
      `nothing was changed: ${some(holders.map(({ who }) => who))} must let go first, as is said above`,
    );
  for (const verdict of verdicts) {
    const changes = restarting(verdict);
    if (changes.length === 0) continue;
    const components = [...new Set(changes.flatMap(({ restarts }) => restarts))];
    const pods = components.map((component) => podsOf(component, verdict.graph.manifest));
    const what = `differs in ${some(changes.map(({ field }) => field))}, by which ${some(pods)} would start anew`;
    throw new UserError(unlike(file, config, verdict.index, verdict.graph, what));
  }
}

/** What a stack's file lacks for a graph to go on as it runs. */
function unlike(file: string, config: StackConfig, index: number, graph: LiveGraph, what: string): string {
  return `nothing was changed: ${file} ${what}. For the graph to go on as it runs, write this into dynamo:graphs[${index}]:\n${toWrite(config, index, graph)}`;
}
