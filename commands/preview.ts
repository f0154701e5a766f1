import { resolve } from "node:path";
import { Command, Option } from "commander";
import pc from "picocolors";
import { unknownValues } from "../config/environments";
import { printable, toJson } from "../config/printable";
import { readStack } from "../config/project";
import type { Printed } from "./cli/printed";
import { isMistake, UserError } from "./cli/userError";
import { judgeByBase } from "./preview/baseVerdict";
import { comment, failureComment } from "./preview/comment";
import { compare, readEarlier } from "./preview/comparison";
import { type LossOptions, lostBy } from "./preview/lostNode";
import { manifestFiles, writeManifests } from "./preview/manifests";
import type { previewOutput } from "./preview/output";
import { readPolicySettings } from "./preview/policySettings";
import { previewStack } from "./preview/previewStack";
import { describePlan } from "./preview/report";
import { judgeSizing, readSizing } from "./preview/sizing";
import { readClusterFile } from "./stack/clusterFile";

interface Options extends LossOptions {
  readonly stack: string;
  readonly out?: string;
  readonly base?: string;
  readonly basePolicies?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly policyPackConfig?: string;
  readonly ignoreEnvironments?: boolean;
  readonly cluster?: string;
  readonly sizing?: string;
}

export const command = new Command("npm run preview --")
  .description("Shows what `pulumi up` will make of a stack: no CLI, no cluster, no credentials.")
  .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, from Pulumi.<name>.yaml", "dev")
  .option(
    "-o, --out <dir>",
    "write the manifests, one a file; two such folders compare with `git diff --no-index`",
  )
  .option("-b, --base <dir>", "show what changes of an earlier --out; an empty folder is a new stack")
  .option(
    "--base-policies <checkout>",
    "also have the policies judge it of another checkout, as of the base, with its packages, and tell where they differ",
  )
  .option("--markdown", "print the comment for a pull request")
  .option("--policy-pack-config <file>", "settings of the policies (default: policies/config/<stack>.json)")
  .option(
    "--ignore-environments",
    "end with 0 though values of the stack's ESC environments are not known here",
  )
  .option(
    "--cluster <file>",
    "show whether a cluster is ready for it that `npm run preflight -- --save` has kept",
  )
  .addOption(
    new Option(
      "--lose-node [name]",
      "show what goes with a node: the one with the most GPUs, or one of --cluster",
    ).conflicts("markdown"),
  )
  .addOption(
    new Option(
      "--lose-zone [name]",
      "show what goes with a zone: the one with the most GPUs, or one by its name (zones: dynamo:cluster.zones, or labels of --cluster)",
    ).conflicts(["markdown", "loseNode"]),
  )
  .option(
    "--sizing <file>",
    "hold to the stack's budget what aiconfigurator (k8s_deploy.yaml) or a DynamoGraphDeploymentRequest proposes",
  )
  .addOption(new Option("--json", "print the summary as JSON, for machines").conflicts("markdown"))
  .action(preview);

async function preview(options: Options): Promise<void> {
  const { stack, markdown } = options;
  const trouble = await show(options).catch((error) => {
    if (markdown && isMistake(error))
      console.log(failureComment(stack.split("/").at(-1) ?? stack, error.message));
    throw error;
  });
  if (trouble !== undefined) throw new UserError(`stack ${stack} ${trouble}`);
}

/** Prints the preview. @returns why it is not good, if it is not */
async function show({
  stack: given,
  out,
  base,
  basePolicies,
  markdown,
  json,
  policyPackConfig,
  ignoreEnvironments,
  cluster: clusterFile,
  loseNode,
  loseZone,
  sizing: sizingFile,
}: Options): Promise<string | undefined> {
  const earlier = base === undefined ? undefined : readEarlier(base);
  const stack = readStack(given);
  const { before: was } = earlier ?? {};
  if (was && (was.project !== stack.project || was.stack !== stack.name))
    console.error(
      `${pc.yellow("warning:")} --base ${base} is of ${printable(`${was.project}/${was.stack}`)}: what follows compares two stacks`,
    );
  const settings = readPolicySettings(stack.name, policyPackConfig);
  const cluster = clusterFile === undefined ? undefined : readClusterFile(clusterFile);
  const proposed = sizingFile === undefined ? undefined : readSizing(sizingFile);
  const before = earlier?.before?.outputs?.graphs ?? {};
  const planned = await previewStack(stack, settings, before, cluster, lostBy({ loseNode, loseZone }));
  const sizing = proposed && judgeSizing(nameOf(sizingFile), proposed, planned.summary, stack.settings);
  const plan = { ...planned, summary: { ...planned.summary, sizing } };
  const comparison = earlier && compare(earlier, plan);
  const verdict =
    basePolicies === undefined
      ? undefined
      : judgeByBase(resolve(basePolicies), plan, policyPackConfig, earlier?.before && base);
  if (out !== undefined) writeManifests(out, manifestFiles(plan.resources), plan.summary);
  const printed: Printed<typeof previewOutput> = { ...plan.summary, comparison, base: verdict };
  if (json) console.log(toJson(printed));
  else if (markdown) console.log(comment(plan, comparison, verdict));
  else console.log(describePlan(plan.summary, comparison, verdict));
  if (plan.summary.refused || (comparison?.refusals ?? []).length > 0)
    return "may not be made, as reported above";
  if ((sizing?.refusals ?? []).length > 0)
    return `has no room for what ${nameOf(sizingFile)} proposes, as reported above`;
  if (verdict !== undefined && "failure" in verdict)
    return "has not been judged by the base's policies, as reported above";
  return unknownValues(stack.environments) === undefined || ignoreEnvironments
    ? undefined
    : "has values that are not known here, as reported above: --ignore-environments accepts that";
}

/** A file, for messages. */
const nameOf = (file = "-") => (file === "-" ? "standard input" : file);
