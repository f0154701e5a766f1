/** Every example in both modes, on every line of runtimes, in both versions of the graphs' API. */
import { ConfigError, parseConfig } from "../../config/parse";
import { type GraphApiVersion, graphApiVersions } from "../../config/runtime/release";
import { releases } from "../../config/runtime/releases";
import type { StackConfig } from "../../config/schema";
import { parserVersions } from "../runtime/arguments";
import { type Example, examples } from "./examples";

/** A version of each line: one whose parsers are run, or the newest. */
const versions = [...releases.values()].map(
  ({ releaseLine, newest }) =>
    parserVersions.find((version) => version.startsWith(`${releaseLine}.`)) ?? newest,
);

export const modes = ["kubernetes", "nats-etcd"] as const;

/** What may change below a graph. */
export interface Surroundings {
  readonly mode: (typeof modes)[number];
  readonly version: string;
  readonly apiVersion: GraphApiVersion;
}

export const surroundings: readonly Surroundings[] = modes.flatMap((mode) =>
  graphApiVersions.flatMap((apiVersion) => versions.map((version) => ({ mode, version, apiVersion }))),
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
