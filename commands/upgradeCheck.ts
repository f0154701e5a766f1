import { Command, Option } from "commander";
import { toJson } from "../config/printable";
import { readStack, type Stack } from "../config/project";
import { refusedVersion, versionPattern } from "../config/runtime/versions";
import { collect } from "./cli/optionValues";
import type { Printed } from "./cli/printed";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import { readClusterFile } from "./stack/clusterFile";
import { upgradeComment } from "./upgradeCheck/markdown";
import type { upgradeOutput } from "./upgradeCheck/output";
import { mistakesOf } from "./upgradeCheck/rehearse/notes";
import { describeRehearsal, rehearsalComment } from "./upgradeCheck/rehearse/report";
import { describeUpgrade, isBlocked } from "./upgradeCheck/report";
import { planUpgrade } from "./upgradeCheck/upgradeSteps";

/** Loaded where it is asked for: it has Pulumi's engine and the whole program with it. */
const rehearsing = (): typeof import("./upgradeCheck/rehearse/rehearse") =>
  require("./upgradeCheck/rehearse/rehearse");

interface Options {
  readonly stack: string;
  readonly to: string;
  readonly cluster?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly rehearse?: boolean;
  readonly serve: boolean;
  readonly crds?: readonly string[];
}

export const command = new Command("npm run upgrade-check --")
  .description(
    "Shows each step of an upgrade of Dynamo before it is done: what it changes, which pods roll, and whether it may. Changes nothing; with --rehearse, on a cluster of this machine alone.",
  )
  .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, from Pulumi.<name>.yaml", "dev")
  .requiredOption("-t, --to <version>", "the runtime's version after it, such as 1.6.1")
  .option(
    "--cluster <file>",
    "a cluster that `npm run preflight -- --save` has kept: it tells the platform's release (default: that of the runtime)",
  )
  .option(
    "--rehearse",
    "do the steps on a cluster of this machine, as `npm run rehearse` has it, and undo them, while clients ask the graphs",
  )
  .option("--no-serve", "with --rehearse: simulate the pods. Objects and GPUs are counted, and no requests")
  .option(
    "--crds <dir>",
    "with --rehearse: folder with the real CustomResourceDefinitions, may be given again (default: stand-ins)",
    collect,
  )
  .option("--markdown", "print it for a pull request or an issue")
  .addOption(new Option("--json", "print the steps as JSON, for machines").conflicts("markdown"))
  .addHelpText(
    "after",
    `
Ends with 1 where a step is blocked. The graphs are taken to be as the stack's file has them, at its version of the runtime.
--rehearse needs Go 1.26 or newer, and for requests Linux, Python 3.10 or newer, and a stack of Dynamo 0.8.1 or 1.6.1. It ends with 1
where a step fails or a request does, and takes its nodes from --cluster, or dynamo:cluster (default: 3 with 8 GPUs each).
DYNAMO_OPERATOR names the binary of a real operator, which stays of its release.`,
  )
  .action(upgradeCheck);

async function upgradeCheck(options: Options): Promise<void> {
  const { stack: given, to, json, markdown } = options;
  const stack = readStack(given);
  warnOfEnvironments(stack);
  refuseVersion(to, stack);
  if (!options.rehearse && (!options.serve || options.crds))
    throw new UserError(`${options.crds ? "--crds" : "--no-serve"} is of a rehearsal: write --rehearse, too`);
  const cluster = options.cluster === undefined ? undefined : readClusterFile(options.cluster);
  const { upgrade, moves } = planUpgrade(stack, to, cluster);
  const blocked = upgrade.steps.filter(isBlocked);
  if (!json && !markdown) console.log(describeUpgrade(stack.name, upgrade)); // a rehearsal takes minutes
  const isRehearsed = options.rehearse && blocked.length === 0 && moves.length > 0;
  const rehearsal = isRehearsed
    ? await rehearsing().rehearse(stack, moves, { cluster, crds: options.crds, serve: options.serve })
    : undefined;
  const mistakes = rehearsal ? mistakesOf(rehearsal.moves, upgrade.steps) : [];
  const output: Printed<typeof upgradeOutput> = {
    stack: given,
    ok: blocked.length === 0 && mistakes.length === 0,
    ...upgrade,
    ...(rehearsal && { rehearsal }),
  };
  if (json) console.log(toJson(output));
  else if (markdown)
    console.log(
      [upgradeComment(stack.name, upgrade), rehearsal && rehearsalComment(rehearsal)]
        .filter(Boolean)
        .join("\n\n"),
    );
  else if (rehearsal) console.log(describeRehearsal(rehearsal));
  if (blocked.length > 0)
    throw new UserError(
      `stack ${given} can't be brought to ${to} yet: ${blocked.length === 1 ? "1 step is" : `${blocked.length} steps are`} blocked`,
    );
  if (mistakes.length > 0) throw new UserError(`the upgrade did not go well: ${mistakes.join("; ")}`);
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
