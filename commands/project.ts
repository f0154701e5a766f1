/** The project's files, read as Pulumi reads them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "./userError";

/** Folder of Pulumi.yaml. */
export const projectDir = join(__dirname, "..");

export interface Stack {
  readonly project: string;
  readonly name: string;
  /** Values by full key, as the program receives them. Secrets are not decrypted: they read "[secret]". */
  readonly config: Readonly<Record<string, string>>;
  /** Keys whose values are secret. */
  readonly secretKeys: readonly string[];
}

const redacted = "[secret]";

interface ConfigDeclaration {
  readonly default?: unknown;
  readonly secret?: boolean;
}

/**
 * Reads a stack's config, with the project's defaults.
 * @throws UserError if there is no such stack, a file is not YAML, or a secret is in plain text.
 */
export function readStack(name: string, dir: string = projectDir): Stack {
  const project = readYaml(join(dir, "Pulumi.yaml")) as {
    name: string;
    config: Record<string, ConfigDeclaration>;
  };
  const file = join(dir, `Pulumi.${name}.yaml`);
  if (!existsSync(file))
    throw new UserError(
      `there is no stack "${name}": write one of ${stackNames(dir).join(", ")}, or make Pulumi.${name}.yaml`,
    );
  const { config: values = {} } = (readYaml(file) ?? {}) as { config?: Record<string, unknown> | null };
  const declared = new Map(
    Object.entries(project.config).map(([key, value]) => [`${project.name}:${key}`, value]),
  );
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const key of new Set([...declared.keys(), ...Object.keys(values ?? {})])) {
    const value = values?.[key] ?? declared.get(key)?.default;
    const { text, secret } = toText(value);
    if (declared.get(key)?.secret && !secret && text !== "")
      throw new UserError(
        `${key} is in plain text in Pulumi.${name}.yaml: write it with \`pulumi config set --secret ${key}\`, and revoke this one`,
      );
    config[key] = text;
    if (secret) secretKeys.push(key);
  }
  return { project: project.name, name, config, secretKeys };
}

/** Names of the project's stacks that have a file. */
export function stackNames(dir: string = projectDir): string[] {
  return readdirSync(dir).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`);
  }
}

/** A value as Pulumi hands it to a program: objects as JSON, secrets wherever they are nested. */
function toText(value: unknown): { text: string; secret: boolean } {
  let secret = false;
  const plain = JSON.stringify(value ?? "", (_, part) => {
    if (part === null || typeof part !== "object" || typeof part.secure !== "string") return part;
    secret = true;
    return redacted;
  });
  const parsed = JSON.parse(plain);
  return { text: typeof parsed === "string" ? parsed : plain, secret };
}
