/** The project's files, read as Pulumi reads them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { environmentsOf, unknownValues } from "./environments";
import { ConfigError, parseConfig, redacted } from "./parse";
import type { StackConfig } from "./schema";
import { parseYaml } from "./yaml";

/** Folder of Pulumi.yaml, above the sources as above what is built from them. */
export const projectDir = folderAbove(__dirname, "Pulumi.yaml");

function folderAbove(folder: string, file: string): string {
  return existsSync(join(folder, file)) ? folder : folderAbove(dirname(folder), file);
}

/** A stack by its name, whether it has a file or not. */
export interface StackIdentity {
  readonly project: string;
  /** The organization that keeps it. @default undefined: the one that Pulumi takes by default */
  readonly organization?: string | undefined;
  readonly name: string;
}

/** A stack, as its file has it. */
export interface Stack extends StackIdentity {
  /** Values by full key, as the program receives them. Secrets are not decrypted: they read "[secret]". */
  readonly config: Readonly<Record<string, string>>;
  /** Keys whose values are secret. */
  readonly secretKeys: readonly string[];
  /** Names of its ESC environments, whose values are not among these. @default undefined: it has none */
  readonly environments?: readonly string[] | undefined;
  /** The values as the program reads them. */
  readonly settings: StackConfig;
}

/** Bytes of a file. No cluster takes objects as large as that. */
const maxBytes = 2 ** 20;

/**
 * Reads a stack's config, with the project's defaults.
 * @param given its name as Pulumi takes it: `prod`, `acme/prod` or `acme/dynamo/prod`. Its file is Pulumi.prod.yaml.
 * @throws ConfigError where its name is none, there is no such stack, a file is not what Pulumi reads, or the config can't be used.
 */
export function readStack(given: string, dir: string = projectDir): Stack {
  const project = readYaml(join(dir, "Pulumi.yaml"), projectFile);
  const { organization, name } = nameParts(given, project.name);
  const file = join(dir, `Pulumi.${name}.yaml`);
  if (!existsSync(file))
    throw new ConfigError(
      `there is no stack "${name}": write one of ${stackNames(dir).join(", ")}, or make Pulumi.${name}.yaml`,
    );
  const defaults = Object.entries(project.config).map(([key, value]): [string, unknown] => [
    `${project.name}:${key}`,
    value.default,
  ]);
  const own = new Map<string, unknown>();
  const { config: values, environment } = readYaml(file, stackFile);
  for (const [key, value] of Object.entries(values ?? {})) {
    const full = fullKey(project.name, key);
    if (full === undefined)
      throw new ConfigError(
        `${file} can't be read: ${key} is no key of a config: write it as ${project.name}:graphs`,
      );
    if (own.has(full))
      throw new ConfigError(`${file} can't be read: it has ${full} twice, once as ${key}: remove one`);
    own.set(full, value);
  }
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const [key, value] of new Map([...defaults, ...own])) {
    const { text, secret } = toText(value);
    config[key] = text;
    if (secret) secretKeys.push(key);
  }
  const environments = environmentsOf(environment);
  try {
    const settings = parseConfig(project.name, name, config, (key) => secretKeys.includes(key));
    return { project: project.name, organization, name, config, secretKeys, environments, settings };
  } catch (error) {
    const unknown = unknownValues(environments);
    throw unknown === undefined ? error : new ConfigError(`${(error as Error).message}\n${unknown}`);
  }
}

/**
 * A stack's identity, and where its file is or would be.
 * @throws ConfigError where its name is none
 */
export function identifyStack(given: string, dir: string = projectDir): StackIdentity & { file: string } {
  const { name: project } = readYaml(join(dir, "Pulumi.yaml"), projectFile);
  const parts = nameParts(given, project);
  return { project, ...parts, file: join(dir, `Pulumi.${parts.name}.yaml`) };
}

function nameParts(given: string, project: string): Pick<Stack, "organization" | "name"> {
  const parts = given.split("/");
  const [name = "", organization, of = project] = [parts.at(-1), ...parts.slice(0, -1)];
  if (parts.length > 3 || !parts.every((part) => /^[\w.-]{1,100}$/.test(part) && part !== ".."))
    throw new ConfigError(
      `${JSON.stringify(given)} is no name of a stack: write one such as prod, acme/prod or acme/${project}/prod`,
    );
  if (of !== project)
    throw new ConfigError(
      `${given} is a stack of project ${of}, and this is ${project}: write ${organization}/${name}`,
    );
  return { organization, name };
}

/** A stack's name for the `pulumi` CLI, with the organization that was given. */
export function cliName({ organization, project, name }: StackIdentity): string {
  return organization === undefined ? name : `${organization}/${project}/${name}`;
}

const projectFile = z.object({
  name: z.string(),
  config: z.record(z.string(), z.object({ default: z.unknown() })),
});
const stackFile = z.object({
  config: z.record(z.string(), z.unknown()).nullish(),
  environment: z.unknown().optional(),
});

/** Names of the project's stacks that have a file. */
export function stackNames(dir: string = projectDir): string[] {
  return readdirSync(dir).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

function readYaml<T>(file: string, schema: z.ZodType<T>): T {
  try {
    if (statSync(file).size > maxBytes) throw new Error("it has more than 1 MiB: make several stacks of it");
    return schema.parse(parseYaml(readFileSync(file)) ?? {});
  } catch (error) {
    const message =
      error instanceof z.ZodError
        ? z.prettifyError(error).replaceAll(/\n +/g, " ")
        : (error as Error).message.replace("Maximum call stack size exceeded", "it is nested too deep");
    throw new ConfigError(`${file} can't be read: ${message}`);
  }
}

/** A key as programs receive it: `graphs` and `dynamo:config:graphs` are `dynamo:graphs` too. Undefined: Pulumi refuses it. */
function fullKey(project: string, key: string): string | undefined {
  const [, namespace = project, name] = /^(?:([^:]+):(?:config:)?)?([^:]+)$/.exec(key) ?? [];
  return name && `${namespace}:${name}`;
}

/** A value as Pulumi hands it to a program: objects as JSON, secrets wherever they are nested. */
function toText(value: unknown): { text: string; secret: boolean } {
  let secret = false;
  const json = (part: unknown): string => {
    if (typeof part === "bigint") return String(part < 2n ** 63n ? part : Number(part));
    if (Array.isArray(part)) return `[${part.map(json)}]`;
    if (part === null || typeof part !== "object") return JSON.stringify(part);
    const entries = Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1));
    const [[key, only] = []] = entries;
    if (key === "secure" && typeof only === "string" && entries.length === 1) {
      secret = true;
      return JSON.stringify(redacted);
    }
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${json(item)}`)}}`;
  };
  if (value === null || typeof value !== "object") return { text: String(value ?? ""), secret };
  const text = json(value);
  return { text: text === JSON.stringify(redacted) ? redacted : text, secret };
}
