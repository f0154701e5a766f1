/** A stack that is new, and takes graphs as they run. */
import { deploymentNames } from "../../config/deployment";
import { signerOf } from "../../config/encryption";
import { graph } from "../../config/graph";
import { checkSettings } from "../../config/parse";
import type { GraphApiVersion } from "../../config/runtime/release";
import { type StackConfig, stackConfig } from "../../config/schema";
import { at, type Manifest, nameOf, text } from "../../gpus/manifest";
import { planStack } from "../../plan/stack";
import { UserError } from "../cli/userError";
import { type Import, importGraphs } from "../import/importGraphs";
import type { Settings } from "../import/settings";
import { stackFile } from "../import/stackFile";
import { adoptedAs } from "./adopted";
import type { LiveGraph } from "./graphsInCluster";

/** A stack that has no file yet. */
export interface NewStack {
  readonly config: StackConfig;
  /** The file's text. */
  readonly text: string;
  /** What was assumed. */
  readonly notes: readonly string[];
}

/**
 * The stack of graphs that run.
 * @param beside objects that their pods read
 * @param context of the kubeconfig that leads to them; the stack stays there
 * @param version of the runtime. Default: by the images' tags
 * @throws UserError where it can't say all of them
 */
export function newStack(
  project: string,
  live: readonly LiveGraph[],
  beside: readonly Manifest[],
  context: string,
  version?: string,
): NewStack {
  const graphs = live.map(({ manifest }) => manifest);
  // Names of components may be as long as they are beside the name that the graph has, and not the one that it would get.
  const imported = importGraphs(graphs, beside, version, (settings) => keepNames(settings, graphs));
  refuseWhatIsLeftOut(imported);
  const settings: Settings = { ...imported.settings, cluster: { context } };
  if (planStack(checked(settings)).discovery.servers !== undefined)
    throw new UserError(
      `${graphs.map(nameOf).join(", ")} finds its workers by NATS and etcd, and a new stack would run others beside these: write the stack's file by \`npm run import\`, name the servers that are there as dynamo:discovery.nats.external and etcd.external, and adopt again`,
    );
  for (const [i, draft] of (settings.graphs as Settings[]).entries()) {
    const own = live[i];
    if (own !== undefined) draft.adopted = adoptedAs(checked(settings), i, own);
  }
  return {
    config: checked(settings),
    text: stackFile(project, { ...imported, settings, beside: [] }),
    notes: imported.notes,
  };
}

/** Has graphs keep the names of their objects. What is in the way of that is told of the stack that comes of it. */
function keepNames({ graphs, discovery, platform }: Settings, live: readonly Manifest[]): void {
  const { mode } = stackConfig.parse({}).discovery;
  const apiVersion = at(platform, "apiVersion") as GraphApiVersion;
  if (discovery !== undefined) return;
  for (const [i, draft] of (graphs as Settings[]).entries()) {
    const { data } = graph.safeParse({ ...draft, adopted: undefined });
    const deployment = text(at(live[i], "metadata", "name"));
    const [inPlaceOf] = data ? deploymentNames(data, mode, { apiVersion, ...signerOf(undefined) }) : [];
    if (inPlaceOf !== undefined) draft.adopted = { deployment, inPlaceOf };
  }
}

function checked(settings: Settings): StackConfig {
  const { config, mistakes } = checkSettings(settings);
  if (config !== undefined) return config;
  throw new UserError(`the graph can't be adopted: ${mistakes[0]?.replace(/^✖ /, "")}`);
}

function refuseWhatIsLeftOut({ graphs }: Import): void {
  const leftOut = graphs.flatMap(({ name, leftOut }) =>
    leftOut.map(
      ({ component, what, why }) => `${[name, component].filter(Boolean).join("/")}: ${what} (${why})`,
    ),
  );
  const renamed = graphs
    .flatMap(({ renamed }) => renamed.filter(([from]) => from.startsWith("component ")))
    .map(([from, to]) => `${from} would be ${to}`);
  if (renamed.length > 0)
    throw new UserError(
      `no stack can have all of its names, which are too long together or meant for others: ${renamed.join("; ")}`,
    );
  if (leftOut.length > 0)
    throw new UserError(
      `no settings say all that the graph has, and it would lose that at once or later: ${leftOut.join("; ")}`,
    );
}
