import { Command, Option } from "commander";
import { toJson } from "../config/printable";
import { readStack, type Stack } from "../config/project";
import { refusedVersion, versionPattern } from "../config/runtime/versions";
import type { Printed } from "./cli/printed";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import { readClusterFile } from "./stack/clusterFile";
import { upgradeComment } from "./upgradeCheck/markdown";
import type { upgradeOutput } from "./upgradeCheck/output";
import { describeUpgrade, isBlocked } from "./upgradeCheck/report";
import { upgradeSteps } from "./upgradeCheck/upgradeSteps";

interface Options {
  readonly stack: string;
  readonly to: string;
  readonly cluster?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export const command = new Command("npm run upgrade-check --")
  .description(
    "Shows each step of an upgrade of Dynamo before it is done: what it changes, which pods roll, and whether it may. Changes nothing.",
  )
  .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, from Pulumi.<name>.yaml", "dev")
  .requiredOption("-t, --to <version>", "the runtime's version after it, such as 1.6.1")
  .option(
    "--cluster <file>",
    "a cluster that `npm run preflight -- --save` has kept: it tells the platform's release (default: that of the runtime)",
  )
  .option("--markdown", "print it for a pull request or an issue")
  .addOption(new Option("--json", "print the steps as JSON, for machines").conflicts("markdown"))
  .addHelpText(
    "after",
    `
Ends with 1 where a step is blocked. The graphs are taken to be as the stack's file has them, at its version of the runtime.`,
  )
  .action(upgradeCheck);

function upgradeCheck({ stack: given, to, cluster: file, json, markdown }: Options): void {
  const stack = readStack(given);
  warnOfEnvironments(stack);
  refuseVersion(to, stack);
  const upgrade = upgradeSteps(stack, to, file === undefined ? undefined : readClusterFile(file));
  const blocked = upgrade.steps.filter(isBlocked);
  const output: Printed<typeof upgradeOutput> = { stack: given, ok: blocked.length === 0, ...upgrade };
  if (json) console.log(toJson(output));
  else if (markdown) console.log(upgradeComment(stack.name, upgrade));
  else console.log(describeUpgrade(stack.name, upgrade));
  if (blocked.length > 0)
    throw new UserError(
      `stack ${given} can't be brought to ${to} yet: ${blocked.length === 1 ? "1 step is" : `${blocked.length} steps are`} blocked`,
    );
}

/** @throws UserError where it is no version, not known, or before the stack's */
function refuseVersion(to: string, { settings: { runtime } }: Stack): void {
  if (!versionPattern.test(to))
    throw new UserError(`--to ${JSON.stringify(to)} is no version: write one such as ${runtime.newest}`);
  const refused = refusedVersion(to);
  if (refused !== undefined) throw new UserError(`--to ${refused}`);
  if (isOlder(to, runtime.version))
    throw new UserError(
      `--to ${to} is before the stack's ${runtime.version}: the way back is in docs/upgrading.md#back`,
    );
}

/** Whether a version is before another, number by number. */
function isOlder(one: string, other: string): boolean {
  const [numbers, others] = [one, other].map((version) => version.match(/\d+/g)?.map(Number) ?? []);
  for (let i = 0; i < 4; i++) {
    const difference = (numbers?.[i] ?? -1) - (others?.[i] ?? -1);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
