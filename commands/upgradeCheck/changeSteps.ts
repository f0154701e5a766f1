/** The steps of an upgrade that a change of a stack's config begins, for its preview. */
import type { ReleaseLine } from "../../config/runtime/release";
import { releaseLines } from "../../config/runtime/release";
import type { Runtime } from "../../config/runtime/runtime";
import { upgradePath } from "../../config/runtime/upgradePath";
import { releaseLineOf } from "../../config/runtime/versions";
import type { StackConfig } from "../../config/schema";
import type { Snapshot } from "../../preflight/snapshot";
import type { GraphEffect } from "../preview/effects";
import type { Summary } from "../preview/summary";
import { installOf } from "./chartStep";
import { againstInPlace, roomOf } from "./inPlace";
import { platformSteps, releaseOf } from "./platformSteps";
import { podsVerdict, type UpgradeStep } from "./step";
import { stepPods } from "./stepPods";
import { platformOf } from "./upgradeSteps";

/** A stack after a change of its config. */
interface Changed {
  readonly settings: StackConfig;
  readonly summary: Pick<Summary, "stack" | "outputs" | "switchover" | "refused">;
  /** @default undefined: it is not known */
  readonly cluster?: Snapshot | undefined;
}

/**
 * Steps of the platform that come before the change, and the change itself; none where no graph comes to a newer line.
 * @param before versions of the graphs that stay, as they were
 * @param refusals of the change
 */
export function changeSteps(
  before: readonly string[],
  { settings, summary, cluster }: Changed,
  effects: readonly GraphEffect[],
  refusals: readonly string[],
): UpgradeStep[] {
  const { runtime, platform } = settings;
  const lines = before
    .map(releaseLineOf)
    .filter((line): line is ReleaseLine => releaseLines.includes(line as never));
  const place = (line: ReleaseLine) => releaseLines.indexOf(line);
  const oldest = lines.sort((a, b) => place(a) - place(b))[0];
  if (oldest === undefined || place(oldest) >= place(runtime.releaseLine)) return [];
  const { outputs, switchover, refused } = summary;
  const was: Runtime = { ...runtime, ...releaseOf(oldest), natsWorkers: runtime.natsWorkers };
  const now = platformOf(settings, oldest, cluster).releaseLine;
  const moved = effects.filter((effect) => effect.runtime !== undefined);
  const after = { runtime, total: outputs.gpus.total, services: outputs.services, switchover };
  const room = roomOf(settings);
  const against = [...againstInPlace({ ...after, effects: moved, room }).values()];
  const verdict = podsVerdict(moved, refused || refusals.length > 0);
  return [
    ...upgradePath(oldest, runtime.releaseLine, now)
      .filter(({ part }) => part === "platform")
      .flatMap((hop) =>
        platformSteps(hop, {
          stack: summary.stack,
          runtime: was,
          namespace: platform.namespace,
          cluster,
          install: installOf(settings),
        }),
      ),
    {
      what: "runtime",
      from: oldest,
      to: runtime.releaseLine,
      verdict: verdict === "safe" && against.length > 0 ? "by hand" : verdict,
      changes: against.map((why) => `${why}: raise its revision in the same change`),
      todo: [],
      reasons: [],
      pods: stepPods(moved, after, room.limit),
    },
  ];
}
