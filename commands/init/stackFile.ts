/** A new stack's files, from a few answers. */
import { parse, stringify } from "yaml";
import { parseConfig } from "../../config/parse";
import { defaultBudget } from "../../policies/rules/gpuBudget";
import { defaultLimits } from "../../policies/rules/gpuLimits";
import { UserError } from "../cli/userError";
import type { Answers } from "./answers";

/** Settings of a mode beside its name. Three members outlast the loss of one. */
const servers: Readonly<Record<Answers["mode"], string>> = {
  kubernetes: "",
  "nats-etcd": ", nats: { replicas: 3 }, etcd: { replicas: 3 }",
};

/**
 * The text of `Pulumi.<name>.yaml`: one graph, within the default limits of the policies.
 * @throws ConfigError where the answers make no stack, UserError where it is over these limits.
 */
export function stackFile(project: string, name: string, answers: Answers): string {
  refuseWhatIsOver(name, answers);
  const { model, mode, runtime, namespace } = answers;
  const text = `# yaml-language-server: $schema=./config/stack.schema.json
config:
  ${project}:discovery: { mode: ${mode}${servers[mode]} }
  ${project}:runtime: { version: ${scalar(runtime)} }
${namespace === undefined ? "" : `  ${project}:namespace: { name: ${scalar(namespace)} }\n`}\
  ${project}:graphs:
    - name: ${graphName(model)}
      model: ${scalar(model)}
${poolsOf(answers)}
  # ${budgetReason(project, name, answers)}
  ${project}:budget: { gpus: ${budgetOf(answers)} }
`;
  const values = Object.entries(parse(text).config).map(([key, value]) => [key, JSON.stringify(value)]);
  parseConfig(project, name, Object.fromEntries(values), () => false);
  return text;
}

const scalar = (text: string) => stringify(text).trim();

const poolsOf = ({ disaggregated, workers, gpus }: Answers) =>
  (disaggregated ? ["prefill", "decode"] : ["workers"])
    .map((pool) => `      ${pool}: { replicas: ${workers}, gpus: ${gpus} }`)
    .join("\n");

/** The text of the stack's file in policies/config/. All but the budget is left at the policies' defaults. */
export function policyFile(answers: Answers): string {
  return `${JSON.stringify({ "gpu-budget": { gpus: budgetOf(answers) } }, null, 2)}\n`;
}

/** GPUs that the graph takes. */
const totalOf = ({ workers, gpus, disaggregated }: Answers) => workers * gpus * (disaggregated ? 2 : 1);

/** Room for the old and the new graph while one replaces the other, as far as the policies leave any. */
const budgetOf = (answers: Answers) => answers.budget ?? Math.min(2 * totalOf(answers), defaultBudget);

function budgetReason(project: string, name: string, answers: Answers): string {
  const total = totalOf(answers);
  const taken = `The graph takes ${amount(total)}, and ${2 * total} while a new one replaces it (${project}:switchover)`;
  return budgetOf(answers) >= 2 * total
    ? `${taken}.`
    : `${taken}: for that write more, in policies/config/${name}.json too, or ${project}:switchover: recreate.`;
}

const amount = (gpus: number) => (gpus === 1 ? "1 GPU" : `${gpus} GPUs`);

/** A limit is its owner's to raise: no answer does. */
function refuseWhatIsOver(name: string, answers: Answers): void {
  const { workers, gpus } = answers;
  const { perPod, perComponent } = defaultLimits;
  if (gpus > perPod)
    throw new UserError(
      `a worker of ${gpus} GPUs is more than a pod, which the policy gpu-limits allows ${perPod}: write fewer, or start from examples/Pulumi.multi-node.yaml`,
    );
  if (workers * gpus > perComponent)
    throw new UserError(
      `${workers} workers of ${amount(gpus)} take ${workers * gpus}, and the policy gpu-limits allows ${perComponent}: start with fewer, then raise them in Pulumi.${name}.yaml, with perComponent and the budget in policies/config/${name}.json`,
    );
  if (totalOf(answers) > budgetOf(answers))
    throw new UserError(
      `the graph takes ${amount(totalOf(answers))}, and the budget is ${budgetOf(answers)}: write fewer workers or GPUs, or a larger --budget`,
    );
}

/** "Qwen/Qwen3-8B" is served by the graph qwen3-8b. */
function graphName(model: string): string {
  const [last = ""] = model.split("/").slice(-1);
  const name = last.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return (
    name
      .replace(/^[^a-z]+/, "")
      .slice(0, 20)
      .replace(/-+$/, "") || "model"
  );
}
