/** The project's files, read as Pulumi reads them. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { environmentsOf, unknownValues } from "./environments";
import { ConfigError, parseConfig, redacted, tokenKey } from "./parse";
import { type StackConfig, stackSettings } from "./schema";
import { refusedKey, stackFileOf } from "./stackFile";
import { isFile, isLostLink, readYamlFile } from "./yamlFile";

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

/** Keys of the settings, in the project's namespace. */
const settingKeys = [...Object.keys(stackSettings.shape), tokenKey];

/**
 * Reads a stack's config, with the project's defaults.
 * @param given its name as Pulumi takes it: `prod`, `acme/prod` or `acme/dynamo/prod`. Its file is Pulumi.prod.yaml.
 * @throws ConfigError where its name is none, there is no such stack, a file is not what Pulumi reads, or the config can't be used.
 */
export function readStack(given: string, dir: string = projectDir): Stack {
  const project = readYamlFile(join(dir, "Pulumi.yaml"), projectOf);
  const { organization, name, file } = named(given, project.name, dir);
  if (!existsSync(file))
    throw new ConfigError(
      `there is no stack "${name}": write one of ${stackNames(dir).join(", ")}, or make Pulumi.${name}.yaml`,
    );
  const defaults = Object.entries(project.config).map(([key, value]): [string, unknown] => [
    `${project.name}:${key}`,
    value.default,
  ]);
  const own = new Map<string, unknown>();
  const { config: values, environment } = readYamlFile(file, (content, anchored) =>
    stackFileOf(content, anchored, project.name, settingKeys),
  );
  for (const [key, value] of Object.entries(values)) {
    const full = fullKey(project.name, key);
    if (full === undefined)
      throw new ConfigError(`${file} can't be read: ${refusedKey(key, project.name, settingKeys)}`);
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
 * @throws ConfigError where its name is none, or its file a link that leads nowhere
 */
export function identifyStack(given: string, dir: string = projectDir): StackIdentity & { file: string } {
  const { name: project } = readYamlFile(join(dir, "Pulumi.yaml"), projectOf);
  return { project, ...named(given, project, dir) };
}

function named(
  given: string,
  project: string,
  dir: string,
): Pick<Stack, "organization" | "name"> & { readonly file: string } {
  refuseFileName(given, dir);
  const parts = given.split("/");
  const [name = "", organization, of = project] = [parts.at(-1), ...parts.slice(0, -1)];
  if (parts.length > 3 || !parts.every((part) => /^[\w.-]{1,100}$/.test(part) && !/^\.\.?$/.test(part)))
    throw new ConfigError(
      `${JSON.stringify(given)} is no name of a stack: write one such as prod, acme/prod or acme/${project}/prod`,
    );
  if (of !== project)
    throw new ConfigError(
      `${given} is a stack of project ${of}, and this is ${project}: write ${organization}/${name}`,
    );
  const file = fileOf(name, dir);
  if (isLostLink(file))
    throw new ConfigError(`${file} is a link that leads nowhere: mend it, or put a file in its place`);
  return { organization, name, file };
}

const fileOf = (name: string, dir: string) => join(dir, `Pulumi.${name}.yaml`);

/** Refuses the name of a file, or a path to one, in place of the stack's: unless there is a stack of that name. */
function refuseFileName(given: string, dir: string): void {
  const [, path = "", prefix, name = "", suffix] = /^(.*\/)?(Pulumi\.)?(.*?)(\.ya?ml)?$/s.exec(given) ?? [];
  if ((prefix ?? suffix) === undefined || existsSync(fileOf(`${prefix ?? ""}${name}${suffix ?? ""}`, dir)))
    return;
  const isPath = prefix !== undefined || /^[./]/.test(path);
  const stack = /^(ya?ml)?$/.test(name) ? stackNames(dir)[0] : `${isPath ? "" : path}${name}`;
  throw new ConfigError(
    `${JSON.stringify(given)} is the name of a file, and not that of its stack: write --stack ${stack}`,
  );
}

/** A stack's name for the `pulumi` CLI, with the organization that was given. */
export function cliName({ organization, project, name }: StackIdentity): string {
  return organization === undefined ? name : `${organization}/${project}/${name}`;
}

const projectFile = z.object({
  name: z.string(),
  config: z.record(z.string(), z.object({ default: z.unknown() })),
});

/** @throws Error where a file is not the project's */
function projectOf(content: unknown): z.output<typeof projectFile> {
  const { data } = projectFile.safeParse(content);
  if (data !== undefined) return data;
  throw new Error(
    "it lacks the project's name, or the default of a setting: take it from the repository again",
  );
}

/** Names of the project's stacks that have a file. */
export function stackNames(dir: string = projectDir): string[] {
  const names = readdirSync(dir).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return names.filter((name) => isFile(fileOf(name, dir)));
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
