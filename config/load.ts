/** From Pulumi's config to a StackConfig, or to one error that lists every mistake. */
import * as pulumi from "@pulumi/pulumi";
import { describeIssue, describeMistakes } from "./messages";
import { type StackConfig, stackConfig } from "./schema";

export interface LoadedConfig extends StackConfig {
  /** Token for the Hugging Face Secrets of the graphs. Default: the Secrets are the platform's. */
  readonly huggingFaceToken: pulumi.Output<string> | undefined;
}

/**
 * Secrets are keys of their own: a secret inside an object would reach the program as plain text.
 * Pulumi.yaml declares this one secret, so that Pulumi itself refuses it in plain text. Its default is empty.
 */
const tokenKey = "huggingFaceToken";

/**
 * Reads the stack's config.
 * @throws pulumi.RunError with one line for each mistake; Pulumi prints it without a stack trace.
 */
export function loadConfig(): LoadedConfig {
  const config = new pulumi.Config();
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    const [namespace, name] = splitKey(key);
    if (namespace === config.name && name !== tokenKey) values[name] = parse(text);
  }
  const parsed = stackConfig.safeParse(values, { error: describeIssue });
  if (!parsed.success)
    throw new pulumi.RunError(
      [
        `the config of stack ${pulumi.getStack()} can't be used:`,
        ...describeMistakes(parsed.error.issues),
      ].join("\n"),
    );
  return {
    ...parsed.data,
    huggingFaceToken: config.get(tokenKey) ? config.requireSecret(tokenKey) : undefined,
  };
}

function splitKey(key: string): [namespace: string, name: string] {
  const colon = key.indexOf(":");
  return [key.slice(0, colon), key.slice(colon + 1)];
}

/** Objects and lists arrive as JSON; plain text is not JSON, and stays what it is for the schema to judge. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
