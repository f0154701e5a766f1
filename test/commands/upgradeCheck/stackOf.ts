/** Stacks of any config, and the clusters that they are upgraded on. */
import type { UpgradeStep } from "../../../commands/upgradeCheck/step";
import { parseConfig } from "../../../config/parse";
import type { Stack } from "../../../config/project";
import type { Snapshot } from "../../../preflight/snapshot";
import { clusterFor, operator } from "../../preflight/clusters";

export function stackOf(settings: Readonly<Record<string, unknown>>): Stack {
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`dynamo:${key}`, JSON.stringify(value)]),
  );
  return {
    project: "dynamo",
    name: "test",
    config,
    secretKeys: [],
    settings: parseConfig("dynamo", "test", config, () => false),
  };
}

/** A cluster with a platform of a release. */
export function clusterOf(stack: Stack, release: string, parts: object = {}): Snapshot {
  return clusterFor({ config: stack.settings, objects: [] }, { operators: [operator(release)], ...parts });
}

/** A stack of one graph. */
export const of = (version: string, graph: object, more: object = {}) =>
  stackOf({ runtime: { version }, graphs: [graph], ...more });

/** A step in a line. */
export const line = ({ what, from, to, verdict }: UpgradeStep) => `${what} ${from} ${to}: ${verdict}`;
/** The step that brings something to a release. */
export const only = (steps: readonly UpgradeStep[], what: UpgradeStep["what"], to: string): UpgradeStep => {
  const found = steps.find((one) => one.what === what && one.to === to);
  if (found === undefined) throw new Error(`no ${what} to ${to} in ${steps.map(line)}`);
  return found;
};
