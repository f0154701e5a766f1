import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Command } from "commander";
import pc from "picocolors";
import { printable, some, toJson } from "../config/printable";
import { identifyStack, readStack, stackNames } from "../config/project";
import { type AdmissionLimits, admissionPolicies } from "../policies/admission";
import { changesBetween } from "./check/changesInPlace";
import { describeVerdict, markdownOf, sarifOf } from "./check/formats";
import { fileOf, readObjects } from "./check/readObjects";
import { type Verdict, verdictOf } from "./check/verdict";
import { Interruption } from "./cli/runCommand";
import { UserError } from "./cli/userError";
import { applyPolicies } from "./preview/applyPolicies";
import { toYaml } from "./preview/manifests";
import { appliedRules, readPolicySettings } from "./preview/policySettings";

interface Options {
  readonly stack: string;
  readonly policyConfig?: string;
  readonly before?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly sarif?: boolean;
  readonly emitAdmissionPolicy?: boolean;
}

export const command = new Command("npm run check --")
  .description(
    "Holds manifests against the policies, whoever applies them: files, folders, or - for the output of helm template, kustomize build or kubectl get.",
  )
  .argument("[path...]", "YAML or JSON of one or more objects, a folder of such files, or -")
  .option("-s, --stack <name>", "the stack whose settings hold, from policies/config/<stack>.json", "dev")
  .option("--policy-config <file>", "settings of the policies, in place of a stack's")
  .option(
    "--before <dir>",
    "the same manifests as they are now, by which in-place-changes is judged (default: nothing is known of them)",
  )
  .option(
    "--emit-admission-policy",
    "print the GPU limits as ValidatingAdmissionPolicies, for what reaches the cluster otherwise; takes no path",
  )
  .option("--json", "print the violations and the GPUs of all objects as JSON")
  .option("--markdown", "print them as a table for a pull request")
  .option("--sarif", "print them as SARIF, which reviews show beside the code")
  .addHelpText(
    "after",
    "\nEnds with 1 where a mandatory rule is violated, and with 2 where the command line, the settings or the manifests can't be used.",
  )
  .action(check);

/** 1 says that a mandatory rule is violated. */
export const mistakeCode = 2;

async function check(paths: string[], options: Options): Promise<void> {
  if (options.emitAdmissionPolicy) {
    if (paths.length > 0)
      throw new UserError("--emit-admission-policy looks at no manifests: leave out the paths");
    return console.log(emit(options));
  }
  const verdict = await judge(paths, options);
  const { violations } = verdict;
  if (options.sarif) console.log(toJson(sarifOf(violations, paths[0] ?? "-")));
  else if (options.json) console.log(toJson(verdict));
  else if (options.markdown) console.log(markdownOf(verdict));
  else console.log(describeVerdict(verdict));
  if (violations.some(({ level }) => level === "mandatory")) throw new Interruption(1);
}

/** The stack's GPU limits for the API server, in the namespace of its graphs; those of a file in all namespaces. */
function emit({ stack: given, policyConfig }: Options): string {
  const stack = policyConfig === undefined ? readStack(given) : undefined;
  const name = stack?.name ?? basename(policyConfig ?? "", ".json");
  const limits = appliedRules(readPolicySettings(name, policyConfig)) as unknown as AdmissionLimits;
  const scope = { stack: name, namespace: stack?.settings.namespace.name };
  const policies = admissionPolicies(limits, scope);
  if (policies.length === 0)
    throw new UserError(
      "--emit-admission-policy has nothing to print: gpu-budget, gpu-limits and gpu-kinds are disabled",
    );
  return policies.map(toYaml).join("---\n").trimEnd();
}

async function judge(paths: readonly string[], { stack, policyConfig, before }: Options): Promise<Verdict> {
  const identity = policyConfig === undefined ? identifyStack(stack) : undefined;
  const settings = readPolicySettings(identity?.name ?? "", policyConfig);
  if (identity !== undefined && settings.file === undefined && !existsSync(identity.file))
    console.error(
      `${pc.yellow("warning:")} there is no stack ${JSON.stringify(identity.name)}, only ${some(stackNames())}: the policies' defaults hold`,
    );
  const objects = readObjects(paths);
  const { changes, unknown } = changesBetween(before === undefined ? [] : readObjects([before]), objects);
  for (const what of unknown) console.error(`${pc.yellow("warning:")} ${printable(what)}`);
  const { resources, report } = await applyPolicies(objects, settings, { changesInPlace: changes });
  return verdictOf(resources, report, fileOf);
}
