/** What is to do once a new stack is written. */
import { defaultBudget } from "../../policies/rules/gpuBudget";
import { type Answers, defaultNamespace } from "./answers";

/** The examples that change the most, by their names. */
export const someExamples = [
  "disaggregated",
  "multi-node",
  "several-models",
  "kv-routing-exact",
  "placement",
];

/** The next steps, as they are printed. */
export function nextSteps(stack: string, { budget = 0, namespace = defaultNamespace }: Answers): string {
  const lifted = `- the policies allow ${budget} GPUs now, ${defaultBudget} by default: agree with whoever pays for them`;
  return [
    `  npm run preview -- --stack ${stack}\n`,
    ...(budget > defaultBudget ? [lifted] : []),
    `- a model that asks for a token of Hugging Face: write huggingFaceSecret into the graph, the name of a Secret with HF_TOKEN in namespace ${namespace}.`,
    `  Have that Secret there, or the stack makes it: pulumi config set --secret huggingFaceToken --stack ${stack}`,
    `- other topologies, by --example: ${someExamples.join(", ")}, … (examples/README.md)`,
    "- all settings are in docs/configuration.md",
  ].join("\n");
}
