/** Every example in both modes, on every line of runtimes, in both versions of the graphs' API. */
import { ConfigError, parseConfig } from "../../config/parse";
import type { GraphApiVersion, StackConfig } from "../../config/schema";
import type { RuntimeLine } from "../../config/versions";
import { type Example, examples } from "./examples";

/** A release of each line. */
const releases: Readonly<Record<RuntimeLine, string>> = {
  "0.7": "0.7.1",
  "0.8": "0.8.1",
  "0.9": "0.9.1",
  "1.0": "1.0.2",
  "1.1": "1.1.1",
  "1.2": "1.2.1",
  "1.3": "1.3.0",
  "1.4": "1.4.2",
  "1.5": "1.5.0",
  "1.6": "1.6.1",
};

export const modes = ["kubernetes", "nats-etcd"] as const;
const apiVersions: readonly GraphApiVersion[] = ["v1alpha1", "v1beta1"];

/** What may change below a graph. */
export interface Surroundings {
  readonly mode: (typeof modes)[number];
  readonly version: string;
  readonly apiVersion: GraphApiVersion;
}

export const surroundings: readonly Surroundings[] = modes.flatMap((mode) =>
  apiVersions.flatMap((apiVersion) =>
    Object.values(releases).map((version) => ({ mode, version, apiVersion })),
  ),
);

export interface Variant extends Surroundings {
  readonly example: Example;
}

export const variants: readonly Variant[] = examples.flatMap((example) =>
  surroundings.map((around) => ({ example, ...around })),
);

/** The config of a variant, or what it is refused for, one line a mistake. */
export function configOf({ example, mode, version, apiVersion }: Variant): StackConfig | readonly string[] {
  const set = (key: string, more: object, before = JSON.parse(example.values[key] ?? "{}")) => ({
    [key]: JSON.stringify({ ...before, ...more }),
  });
  const values = {
    ...example.values,
    ...(example.config.discovery.mode !== mode && set("dynamo:discovery", { mode }, {})),
    ...set("dynamo:runtime", { version }),
    ...set("dynamo:platform", { apiVersion }),
  };
  try {
    return parseConfig("dynamo", example.name, values, () => false);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n").slice(1);
  }
}

export const isRefused = (config: StackConfig | readonly string[]): config is readonly string[] =>
  Array.isArray(config);
