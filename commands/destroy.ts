import type { KubernetesObject } from "@kubernetes/client-node";
import { Command, Option } from "commander";
import pc from "picocolors";
import { clusterUid } from "../components/hooks/cluster";
import { strangersIn } from "../components/hooks/listing";
import { printable, some } from "../config/printable";
import { readStack } from "../config/project";
import { nameOf } from "../gpus/manifest";
import { ownerOf } from "../plan/owner";
import { secondsInMs } from "./cli/optionValues";
import { UserError } from "./cli/userError";
import { removeFinalizers, untilGone } from "./destroy/finalizers";
import { keptNamespaces } from "./destroy/keptNamespaces";
import { deleteObjects, labelledObjects } from "./destroy/leftovers";
import { describePlatform, destroyBeneath, refusePlatformOfOthers } from "./destroy/platform";
import { pulumiDestroy } from "./destroy/pulumiDestroy";
import { type Connection, connectToCluster, isLate } from "./stack/connection";
import { platformInState, readOutputs } from "./stack/deployedStack";

/** Outputs of a stack that was deployed. */
interface Outputs {
  readonly owner?: string;
  readonly cluster?: { readonly uid?: string };
}

/** How often a late API server is asked. */
const attempts = 5;

interface Options {
  readonly stack: string;
  readonly yes?: boolean;
  readonly removeFinalizers?: boolean;
  /** In ms. */
  readonly timeout: number;
}

export const command = new Command("npm run destroy --")
  .description(
    "Runs `pulumi destroy`, and deletes what an interrupted update made that Pulumi's state does not know of.",
  )
  .requiredOption("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, from Pulumi.<name>.yaml")
  .option("-y, --yes", "do it; without this the objects are only listed")
  .option(
    "--remove-finalizers",
    "take the Dynamo operator's finalizers from the stack's graphs first: for a cluster whose operator is gone",
  )
  .addOption(
    new Option("--timeout <seconds>", "longest wait for objects to go that Pulumi does not know of")
      .argParser(secondsInMs)
      .default(120_000, "120"),
  )
  .addHelpText(
    "after",
    `
Only objects with the label pulumi-dynamo/stack of this stack, which Pulumi has written, are touched, and none that another
tool or object keeps. Volumes of NATS and etcd outlive it where the config says keepVolumes. A platform that the stack
has installed goes last, when all is gone that its operator made; its CRDs stay.`,
  )
  .action(destroy);

async function destroy({ stack: given, yes, removeFinalizers: withoutOperator, timeout }: Options) {
  const stack = readStack(given);
  const { project, name, settings } = stack;
  const { cluster } = settings;
  const { config, ask } = await connectToCluster(cluster.context);
  const say = (line: string) => console.log(pc.dim(printable(line)));
  // It says better than pulumi destroy why a stack can't be opened. To list objects its name is enough.
  const outputs = await readOutputs(given).catch((error: Error) => {
    if (yes) throw error;
    say(`${error.message}. Looking for what a stack of this name has`);
    return {};
  });
  // An update that was interrupted before the first that succeeded leaves no outputs.
  const { organization } = stack;
  const { owner = ownerOf({ organization, project, stack: name }), cluster: deployed } = outputs as Outputs;
  const here =
    deployed?.uid &&
    (await ask(
      "the cluster's UID",
      clusterUid(async () => cluster),
    ));
  if (here && here !== deployed.uid)
    throw new UserError(
      `nothing was deleted: the kubeconfig leads to another cluster than the one that ${project}/${name} is on (dynamo:cluster.context, KUBECONFIG)`,
    );
  const kept = await keptNamespaces(given, stack, yes);
  const find = async () =>
    (await retried("the objects of the stack", say, ask, () => labelledObjects(config, owner))).filter(
      ({ metadata }) => !kept.includes(metadata?.namespace ?? metadata?.name ?? ""),
    );

  say("looking for the stack's objects");
  const found = await find();
  const platform = await platformInState(given).catch((error) => {
    if (yes) throw error;
    return undefined; // which was told above
  });
  if (!yes) {
    for (const object of found) console.log(`- ${printable(nameOf(object))}`);
    if (platform !== undefined) console.log(`- ${printable(describePlatform(platform))}`);
    if (found.length === 0 && platform === undefined)
      return console.log(`the cluster has nothing of ${project}/${name}`);
    const count = found.length + (platform === undefined ? 0 : 1);
    throw new UserError(`nothing was deleted: add --yes to delete these ${count} objects`);
  }
  await refuseStrangers(found, (namespace) => ask("the namespaces", strangersIn(config, namespace, owner)));
  if (platform !== undefined)
    await ask("the graphs of others", refusePlatformOfOthers(config, platform, owner));
  if (withoutOperator) await ask("the stack's finalizers", removeFinalizers(config, found, say));
  if (platform !== undefined)
    await ask(
      "what the operator has made",
      destroyBeneath(
        config,
        found,
        { find, destroyRest: () => pulumiDestroy(stack, config, found, platform.urn) },
        timeout,
      ),
    );
  await pulumiDestroy(stack, config, found);
  const leftovers = await find();
  await ask("what Pulumi did not know of", deleteObjects(config, leftovers));
  await ask("what Pulumi did not know of", untilGone(config, leftovers, timeout));
  for (const object of leftovers)
    console.log(`deleted ${printable(nameOf(object))}, which Pulumi did not know of`);
  const left = [...kept, ...(platform ? ["the platform's CRDs", `namespace ${platform.namespace}`] : [])];
  console.log(`nothing of ${project}/${name} is left${left.length > 0 ? ` but ${left.join(" and ")}` : ""}`);
}

/** @throws UserError where a namespace would go with what is not the stack's */
async function refuseStrangers(
  found: readonly KubernetesObject[],
  strangersOf: (namespace: string) => Promise<KubernetesObject[]>,
): Promise<void> {
  for (const { kind, metadata } of found) {
    if (kind !== "Namespace" || metadata?.name === undefined) continue;
    const strangers = await strangersOf(metadata.name);
    if (strangers.length > 0)
      throw new UserError(
        `nothing was deleted: namespace ${metadata.name} would go with what is not the stack's: ${some(strangers.map(nameOf))}. Move or delete these first. What an earlier version of the program has made gets its label by \`pulumi up\``,
      );
  }
}

/** Asks a few times, and says so: an API server under load answers late. */
async function retried<T>(
  what: string,
  say: (line: string) => void,
  ask: Connection["ask"],
  request: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await ask(what, request());
    } catch (error) {
      if (tries === attempts || !isLate((error as Error).cause)) throw error;
      say(`${(error as Error).message}: asking again (${tries + 1} of ${attempts})`);
    }
}
