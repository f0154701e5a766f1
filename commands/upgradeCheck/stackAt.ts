/** A stack as it would be with another version of the runtime, and revisions of its graphs. */
import { ConfigError, parseConfig } from "../../config/parse";
import type { Stack } from "../../config/project";
import type { StackConfig } from "../../config/schema";

/** Revisions of graphs that an upgrade raises, by the graph's name. */
export type Revisions = ReadonlyMap<string, number>;

/** Its config, or what the config's own rules have against it. */
export type ConfigAt = { readonly config: StackConfig } | { readonly mistakes: readonly string[] };

/** What an upgrade changes of a stack's config. */
export interface Changes {
  readonly version: string;
  readonly revisions: Revisions;
  /** Version of the platform that it installs. @default as it has it */
  readonly platform?: string | undefined;
}

/** Values of a stack's config as it would be, by full key. */
export function valuesAt(
  { project, config, settings }: Stack,
  { version, revisions, platform }: Changes,
): Record<string, string> {
  const [runtime, graphs, around] = [`${project}:runtime`, `${project}:graphs`, `${project}:platform`];
  const own: object[] = JSON.parse(config[graphs] ?? "[]");
  const installed = JSON.parse(config[around] ?? "{}");
  return {
    ...config,
    ...(platform !== undefined && {
      [around]: JSON.stringify({ ...installed, install: { ...installed.install, version: platform } }),
    }),
    [runtime]: JSON.stringify({ ...JSON.parse(config[runtime] ?? "{}"), version }),
    [graphs]: JSON.stringify(
      own.map((graph, i) => {
        const revision = revisions.get(settings.graphs[i]?.name ?? "");
        return revision === undefined ? graph : { ...graph, revision };
      }),
    ),
  };
}

export function configAt(stack: Stack, changes: Changes): ConfigAt {
  const { project, name, secretKeys } = stack;
  try {
    const changed = valuesAt(stack, changes);
    return { config: parseConfig(project, name, changed, (key) => secretKeys.includes(key)) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...lines] = error.message.split("\n");
    return { mistakes: lines.map((line) => line.replace(/^✖ /, "")) };
  }
}
