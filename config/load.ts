/** The config of the stack that Pulumi is running. */
import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { ConfigError, parseConfig, tokenKey } from "./parse";
import type { StackConfig } from "./schema";

/** A stack's config with what only Pulumi can read. */
export interface LoadedConfig extends StackConfig {
  /** Token for the Hugging Face Secrets of the graphs. @default undefined: the Secrets are the platform's */
  readonly huggingFaceToken: pulumi.Output<string> | undefined;
}

/** Pulumi knows which values are encrypted, and answers its own classes alone. */
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret(key: string): boolean };

/**
 * Reads the stack's config.
 * @throws pulumi.RunError with one line for each mistake; Pulumi prints it without a stack trace.
 */
export function loadConfig(): LoadedConfig {
  const config = new pulumi.Config();
  try {
    const parsed = parseConfig(config.name, pulumi.getStack(), pulumi.runtime.allConfig(), isConfigSecret);
    return { ...parsed, huggingFaceToken: config.getSecret(tokenKey) };
  } catch (error) {
    throw error instanceof ConfigError ? refusal(error.message) : error;
  }
}

/**
 * Error that ends a program before anything is made, without a stack trace. With one Pulumi's host takes 15 s to print none:
 * on Node 20 it loses itself in the colours of the frames.
 */
export function refusal(reason: string): pulumi.RunError {
  const error = new pulumi.RunError(reason);
  error.stack = reason;
  return error;
}
