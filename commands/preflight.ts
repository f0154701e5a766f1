import { Command, Option } from "commander";
import pc from "picocolors";
import { printable, toJson } from "../config/printable";
import { readStack, type Stack } from "../config/project";
import { countOf, type Finding } from "../preflight/finding";
import { judge } from "../preflight/judge";
import { type Needs, needsOf } from "../preflight/needs";
import { readCluster } from "../preflight/read/cluster";
import { isUnread, type Snapshot } from "../preflight/snapshot";
import { fileToWrite } from "./cli/optionValues";
import type { Printed } from "./cli/printed";
import { showProgress } from "./cli/progress";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import type { preflightOutput } from "./preflight/output";
import { dryRun } from "./preview/dryRun";
import { objectsIn } from "./preview/manifests";
import { readClusterFile, writeClusterFile } from "./stack/clusterFile";
import { connectToCluster } from "./stack/connection";
import { findingsTable } from "./verify/table";

interface Options {
  readonly stack: string;
  readonly json?: boolean;
  readonly save?: string;
  readonly cluster?: string;
}

export const command = new Command("npm run preflight --")
  .description(
    "Checks whether a cluster is ready for a stack: versions, operator, nodes, GPUs, quotas, volumes, rights. Changes nothing.",
  )
  .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, from Pulumi.<name>.yaml", "dev")
  .option("--json", "print the findings as JSON, for machines")
  .addOption(
    new Option(
      "--save <file>",
      "keep the cluster as it is in a file, for --cluster; nothing in it is secret",
    ).argParser(fileToWrite),
  )
  .addOption(
    new Option("--cluster <file>", "judge a cluster that --save has kept, without asking it").conflicts(
      "save",
    ),
  )
  .addHelpText(
    "after",
    `
Ends with 1 where a check fails. What can't be read is marked ?, as where the kubeconfig's user may not read it: it may be wrong.
The kubeconfig and its context are those of the stack's updates (dynamo:cluster.context, KUBECONFIG).`,
  )
  .action(preflight);

async function preflight({ stack: given, json, save, cluster: file }: Options): Promise<void> {
  const stack = readStack(given);
  warnOfEnvironments(stack);
  const { settings } = stack;
  const { resources } = await dryRun(stack, {});
  const needs = needsOf(settings, objectsIn(resources));
  const { cluster, place } =
    file === undefined ? await look(stack, needs) : { cluster: readClusterFile(file), place: file };
  if (save !== undefined) writeClusterFile(save, cluster);
  const findings = judge(needs, cluster);
  const failed = findings.filter(({ state }) => state === "failed");
  const { takenAt } = cluster;
  const printed: Printed<typeof preflightOutput> = {
    stack: given,
    cluster: place,
    takenAt,
    ok: failed.length === 0,
    findings,
  };
  if (json) console.log(toJson(printed));
  else console.log(describe(stack, place, cluster, findings));
  if (failed.length > 0)
    throw new UserError(
      `the cluster is not ready for stack ${given}: ${countOf(failed.length, "check")} failed`,
    );
}

/** @throws UserError where the cluster does not answer */
async function look({ settings }: Stack, needs: Needs): Promise<{ cluster: Snapshot; place: string }> {
  const { config, server, ask } = await connectToCluster(settings.cluster.context);
  const progress = showProgress("reading nodes, pods, quotas, classes and rights");
  try {
    return { cluster: await ask("preflight", readCluster(config, needs)), place: server };
  } finally {
    progress.stop();
  }
}

function describe(
  { name, settings }: Stack,
  place: string,
  cluster: Snapshot,
  findings: readonly Finding[],
): string {
  const { runtime } = settings;
  const { kubernetes, takenAt } = cluster;
  const version = isUnread(kubernetes) ? "" : `, Kubernetes ${printable(kubernetes.gitVersion)}`;
  const title = `${pc.bold(name)}: discovery mode ${runtime.mode}, Dynamo ${runtime.version}, on ${place}${version}, as of ${printable(takenAt)}`;
  return `${title}\n${findingsTable(findings, process.stdout.columns ?? 120)}`;
}
