/** A new stack's file, from a few answers. */
import { parse, stringify } from "yaml";
import { parseConfig } from "../../config/parse";

export interface Answers {
  /** As Hugging Face names it. */
  readonly model: string;
  readonly mode: "kubernetes" | "nats-etcd";
  /** Image tag of the Dynamo runtime. */
  readonly runtime: string;
  readonly workers: number;
  /** GPUs of a worker. */
  readonly gpus: number;
}

/** Settings of a mode beside its name. Three members outlast the loss of one. */
const servers: Readonly<Record<Answers["mode"], string>> = {
  kubernetes: "",
  "nats-etcd": ", nats: { replicas: 3 }, etcd: { replicas: 3 }",
};

/**
 * The text of `Pulumi.<name>.yaml`: one graph, with a budget that has room for a change of the mode.
 * @throws ConfigError where the answers make no stack.
 */
export function stackFile(project: string, name: string, answers: Answers): string {
  const { model, mode, runtime, workers, gpus } = answers;
  const text = `# yaml-language-server: $schema=./config/stack.schema.json
config:
  ${project}:discovery: { mode: ${mode}${servers[mode]} }
  ${project}:runtime: { version: ${scalar(runtime)} }
  ${project}:graphs:
    - name: ${graphName(model)}
      model: ${scalar(model)}
      workers: { replicas: ${workers}, gpus: ${gpus} }
  ${project}:budget: { gpus: ${budgetOf(answers)} }
`;
  const values = Object.entries(parse(text).config).map(([key, value]) => [key, JSON.stringify(value)]);
  parseConfig(project, name, Object.fromEntries(values), () => false);
  return text;
}

const scalar = (text: string) => stringify(text).trim();

/** The text of the stack's file in policies/config/. */
export function policyFile(answers: Answers): string {
  const { workers, gpus } = answers;
  const settings = {
    "gpu-budget": { gpus: budgetOf(answers) },
    // The pack's own defaults, or what this stack needs.
    "gpu-limits": { perPod: Math.max(8, gpus), perComponent: Math.max(16, workers * gpus) },
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** Old and new graph are there together while one replaces the other. */
const budgetOf = ({ workers, gpus }: Answers) => 2 * workers * gpus;

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
