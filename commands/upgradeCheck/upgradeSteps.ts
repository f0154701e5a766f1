/** All steps of an upgrade, in their order. */

import { cliName, type Stack } from "../../config/project";
import { operatorsFor, releaseLineIn, runtimesFor } from "../../config/runtime/operator";
import { whyNotInstalled } from "../../config/runtime/platformCharts";
import type { ReleaseLine } from "../../config/runtime/release";
import { upgradePath } from "../../config/runtime/upgradePath";
import { releaseLineOf } from "../../config/runtime/versions";
import type { StackConfig } from "../../config/schema";
import { lineOfOperator, operatorOf } from "../../preflight/checks/operator";
import { isUnread, type Snapshot } from "../../preflight/snapshot";
import { installOf } from "./chartStep";
import { platformSteps, releaseOf } from "./platformSteps";
import { initialState, type StackState } from "./rollout";
import { runtimeSteps } from "./runtimeSteps";
import { valuesAt } from "./stackAt";
import type { UpgradeStep } from "./step";

/** The platform that an upgrade begins with. */
export interface PlatformNow {
  readonly releaseLine: ReleaseLine;
  /** Why its release is taken for the runtime's. @default undefined: the cluster told it */
  readonly taken?: string | undefined;
}

export interface Upgrade {
  readonly from: string;
  readonly to: string;
  readonly platform: PlatformNow;
  /** What is wrong before it begins. */
  readonly notes: readonly string[];
  readonly steps: readonly UpgradeStep[];
}

/** Steps that are done at once: the platform's to its next release, or an update of the stack. */
export interface Move {
  readonly steps: readonly UpgradeStep[];
  readonly before: Halt;
  readonly after: Halt;
}

/** Where a stack is between two moves. */
interface Halt {
  readonly operator: ReleaseLine;
  /** Values of the stack's config, by full key. */
  readonly config: Readonly<Record<string, string>>;
  /** GPUs of its graphs. */
  readonly gpus: number;
}

/**
 * The steps that bring a stack to a version of the runtime, and its platform with it.
 * @param to version of the table of releases, and not before the stack's
 * @param cluster as preflight kept it. @default not known
 */
export const upgradeSteps = (stack: Stack, to: string, cluster?: Snapshot): Upgrade =>
  planUpgrade(stack, to, cluster).upgrade;

/** {@link upgradeSteps}, and the moves that they are, for who makes them. */
export function planUpgrade(
  stack: Stack,
  to: string,
  cluster?: Snapshot,
): { readonly upgrade: Upgrade; readonly moves: readonly Move[] } {
  const { settings } = stack;
  const from = settings.runtime.version;
  const platform = platformOf(settings, settings.runtime.releaseLine, cluster);
  const { releaseLine } = settings.runtime;
  let state = initialState(stack);
  let operator = platform.releaseLine;
  const moves: Move[] = [];
  const halt = (): Halt => ({ operator, config: valuesAt(stack, state), gpus: state.plan.gpus.total });
  const moved = (steps: readonly UpgradeStep[], next: StackState, line: ReleaseLine = operator) => {
    const before = halt();
    [state, operator] = [next, line];
    moves.push({ steps, before, after: halt() });
  };
  const bringRuntime = (version: string) => {
    const { steps, after } = runtimeSteps(stack, state, version, operator);
    moved(steps, after);
  };
  const target = releaseLineOf(to) as ReleaseLine;
  const install = installOf(settings);
  const mayBe = (line: ReleaseLine) => install !== "its own version" || whyNotInstalled(line) === undefined;
  for (const hop of upgradePath(releaseLine, target, operator, mayBe))
    if (hop.part === "runtime") bringRuntime(hop.to === target ? to : releaseOf(hop.to).newest);
    else {
      const { runtime } = state.plan;
      const { namespace } = settings.platform;
      const steps = platformSteps(hop, { stack: cliName(stack), runtime, namespace, cluster, install });
      const own = install === "its own version" ? { platform: releaseOf(hop.to).newest } : {};
      moved(steps, { ...state, ...own }, hop.to);
    }
  if (state.version !== to) bringRuntime(to); // of the same line
  const isRun = operatorsFor(releaseLine).includes(platform.releaseLine);
  const notes = isRun
    ? []
    : [
        `the operator of ${platform.releaseLine} runs runtimes of ${runtimesFor(platform.releaseLine).join(", ")}, and this stack's is ${from}`,
      ];
  return { upgrade: { from, to, platform, notes, steps: moves.flatMap(({ steps }) => steps) }, moves };
}

/** The release of the stack's operator, which is the one that it installs: where it is not known, the runtime's. */
export function platformOf(
  settings: StackConfig,
  runtime: ReleaseLine,
  cluster: Snapshot | undefined,
): PlatformNow {
  const taken = (why: string) => ({ releaseLine: runtime, taken: why });
  const own = settings.platform.install && releaseLineIn(settings.platform.install.version ?? runtime);
  if (own !== undefined) return { releaseLine: own };
  if (cluster === undefined) return taken("--cluster tells it");
  const one = operatorOf({ config: settings, objects: [] }, cluster);
  if (one === undefined) return taken("the cluster has no operator for it");
  if (isUnread(one)) return taken(one.unread);
  const line = lineOfOperator(one);
  return line === undefined ? taken(`${one.image} names no release that is known`) : { releaseLine: line };
}
