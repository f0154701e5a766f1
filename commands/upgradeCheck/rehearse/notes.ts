/** What to know of a rehearsed upgrade beside its figures, and whether it went well. */

import { countOf } from "../../../preflight/finding";
import { runtimeVersions } from "../../../rehearsal/runtime/install";
import type { UpgradeStep } from "../step";
import type { RehearsedMove } from "./rehearsed";

/**
 * What is other than on a cluster, and where the steps announced something else.
 * @param from version of the runtime that pods of other versions ran with, where they came to life
 */
export function notesOnRehearsal(moves: readonly RehearsedMove[], from: string | undefined): string[] {
  const versions = new Set(moves.filter(({ what }) => what === "runtime").map(({ to }) => to));
  const others = [...versions].filter((version) => !runtimeVersions.some((known) => known === version));
  const notDone = new Set(moves.flatMap((move) => move.notDone));
  return [
    ...(notDone.size > 0 ? [`not rehearsed, since nothing stands for it: ${[...notDone].join(", ")}`] : []),
    ...(from !== undefined && others.length > 0
      ? [
          `pods of ${others.join(", ")} ran with Dynamo ${from}: a rehearsal has ${runtimeVersions.join(" and ")}`,
        ]
      : []),
    ...moves
      .filter(({ what, pods }) => what === "platform" && pods.started > 0)
      .map(
        ({ from, to }) =>
          `platform ${from} → ${to}: the stand-ins of both releases give pods other names, and so made them anew; what the real operator does with pods that run was not seen`,
      ),
    ...moves.filter(exceedsForecast).map(({ what, from, to, gpus: { peak, ending, forecast } }) => {
      const ended = ending > 0 ? `, ${ending} of them of pods that were told to end` : "";
      return `${what} ${from} → ${to}: ${countOf(peak, "GPU")} at the peak${ended}, and ${forecast} were announced`;
    }),
  ];
}

const exceedsForecast = ({ gpus: { peak, forecast } }: RehearsedMove) => peak > forecast;

/**
 * Why a rehearsed upgrade is none to be done; none where it is. Requests that fail while a step stops its graph first, as the steps
 * say, are no reason.
 */
export function mistakesOf(moves: readonly RehearsedMove[], steps: readonly UpgradeStep[]): string[] {
  const failed = moves.filter(({ failure }) => failure !== undefined);
  const stops = steps.some(({ pods }) => pods?.effects.some(({ way }) => way === "recreated"));
  const lost = moves.reduce((sum, { requests }) => sum + (requests?.failed ?? 0), 0);
  const all = moves.reduce((sum, { requests }) => sum + (requests?.completed ?? 0), lost);
  return [
    ...failed.map(({ what, from, to, failure }) => `${what} ${from} → ${to}: ${failure}`),
    ...(lost > 0 && !stops ? [`${lost} of ${all} requests failed`] : []),
  ];
}
