/** NVIDIA's own graphs, imported: how much of them a stack says, and why not the rest. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../commands/cli/userError";
import { importGraphs } from "../../../commands/import/importGraphs";
import { objectsOf } from "../../../commands/import/objects";
import type { LeftOut } from "../../../commands/import/result";
import { stackFile } from "../../../commands/import/stackFile";
import { ConfigError, parseConfig } from "../../../config/parse";
import { projectDir } from "../../../config/project";
import { parseYaml } from "../../../config/yaml";
import { planStack } from "../../../plan/stack";
import { mistakesIn, schemaOf as readSchema } from "../../plan/graph/crd";

export const folder = join(projectDir, "../shared/recipes");
export const isThere = existsSync(folder);

/** What is not imported, as docs/migrating.md lists it, by what the report says of it. */
export const reasons: readonly (readonly [title: string, said: RegExp])[] = [
  [
    "files without a whole graph",
    /^refused: .*(there is no DynamoGraphDeployment|is no whole graph|fill the variable in)/,
  ],
  ["workers of other programs", /^refused: .*has no worker that runs/],
  ["releases and names that no stack has", /^refused: .*(is not known|must be lower-case)/],
  ["claims of GPUs beside a planner", /^\w+: (claim|(limit|request) nvidia.com\/gpu is added)/],
  ["Endpoint Pickers of old, and sidecars", /^\w*: (the component|sidecar|beside|a frontend is added)/],
  ["engines that stand by", /^\w+: experimental/],
  ["flags that the plan decides", /^\w+: --/],
];

export interface Outcome {
  readonly file: string;
  /** Reasons by their title; `other` of what no row has. */
  readonly lost: readonly string[];
  /** What is lost, in the report's words. */
  readonly words: readonly string[];
  readonly isImported: boolean;
  /** Whether settings alone say it all. */
  readonly isPlain: boolean;
  /** What is wrong with the stack that was written, for Pulumi and for the CRDs; empty where all is right. */
  readonly problems: readonly string[];
}

/** Every file of the corpus. */
export function outcomes(write: (text: string) => string): Outcome[] {
  return corpusFiles().map((file) => outcomeOf(file, write(textOf(file))));
}

/** The text of each. */
export const filesOf = () => corpusFiles().map(textOf);

const corpusFiles = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** With images and namespaces filled in where they are variables. */
const textOf = (file: string) => filledIn(readFileSync(file, "utf8"));

const filledIn = (text: string) =>
  text
    .replace(/^(\s*namespace:\s*)[<$].*$/gm, "$1dynamo")
    .replace(
      /^(\s*-?\s*image:\s*).*(\$\{?\w+\}?|<\w+>).*$/gm,
      "$1nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0",
    );

function outcomeOf(file: string, copy: string): Outcome {
  try {
    const { graphs, beside } = objectsOf([copy]);
    const result = importGraphs(graphs, beside);
    const imported = result.graphs;
    const words = imported.flatMap(({ leftOut }) => leftOut).map(wordsOf);
    return {
      file,
      words,
      lost: [...new Set(words.map(titleOf))],
      isImported: true,
      isPlain: words.length === 0 && imported.every(({ changes }) => changes.length === 0),
      problems: problemsOf(stackFile("dynamo", result)),
    };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ConfigError)) throw error;
    const words = [`refused: ${error.message}`];
    return { file, words, lost: words.map(titleOf), isImported: false, isPlain: false, problems: [] };
  }
}

const wordsOf = ({ place, what }: LeftOut) => `${place ?? ""}: ${what}`;
const titleOf = (words: string) => reasons.find(([, said]) => said.test(words))?.[0] ?? "other";

/** Reads a stack's file as Pulumi does, plans it, and holds its graphs against the CRDs, where they are at hand. */
function problemsOf(text: string): string[] {
  const { config: values } = parseYaml(Buffer.from(text)).content as { config: Record<string, unknown> };
  const texts = Object.entries(values).map(([key, value]) => [key, JSON.stringify(value, numbers)]);
  const config = parseConfig("dynamo", "imported", Object.fromEntries(texts), () => false);
  const { graphs, refusals } = planStack(config);
  return [
    ...refusals,
    ...graphs.flatMap(({ deployment }) => {
      const schema = schemaOf(config.runtime.operator, deployment.apiVersion.replace("nvidia.com/", ""));
      return schema ? mistakesIn(JSON.parse(JSON.stringify(deployment)), schema) : [];
    }),
  ].filter((problem) => !/runtimeVersionOverride is not known/.test(problem)); // it came after that CRD
}

const schemas = new Map<string, ReturnType<typeof readSchema>>();
function schemaOf(release: "0.8" | "1.4", version: string): ReturnType<typeof readSchema> {
  const key = `${release} ${version}`;
  if (!schemas.has(key)) schemas.set(key, readSchema(release, version));
  return schemas.get(key);
}

const numbers = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
