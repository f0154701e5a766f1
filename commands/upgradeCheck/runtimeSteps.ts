/** The steps by which the runtime of a stack comes to another version: the lines of its config, and its pods. */

import { own } from "../../config/own";
import { cliName, type Stack } from "../../config/project";
import { operatorsFor, runtimesFor } from "../../config/runtime/operator";
import type { ReleaseLine } from "../../config/runtime/release";
import { releaseLineOf } from "../../config/runtime/versions";
import { otherReleases } from "../../plan/imageReleases";
import { podChanges } from "./podChanges";
import { releaseChanges } from "./releaseChanges";
import { type Rollout, rolloutOf, type StackState } from "./rollout";
import { podsVerdict, type UpgradeStep } from "./step";

/**
 * Steps from a stack's version to another, and the stack after them. What comes after a step that is blocked is judged as if
 * it had been done.
 * @param operator release line of the operator at that time
 */
export function runtimeSteps(
  stack: Stack,
  before: StackState,
  version: string,
  operator: ReleaseLine,
): { readonly steps: readonly UpgradeStep[]; readonly after: StackState } {
  const rollout = rolloutOf(stack, before, version);
  const moved = { from: before.version, to: version };
  return {
    after: rollout.after,
    steps: [
      { what: "config", ...moved, ...configStep(stack, before, rollout) },
      { what: "runtime", ...moved, ...podsStep(stack, before, rollout, operator) },
    ],
  };
}

type Judged = Omit<UpgradeStep, "what" | "from" | "to">;

/** The lines to write; or what is refused of those that are there. */
function configStep(
  { project, settings }: Stack,
  before: StackState,
  { after, raised, mistakes }: Rollout,
): Judged {
  if (mistakes.length > 0) return { verdict: "blocked", changes: [], todo: [], reasons: mistakes };
  const { graphs, runtime } = after.plan;
  const apis = graphs.flatMap(({ name, deployment: { apiVersion } }) => {
    const was = own(before.deployed, name)?.apiVersion;
    return was === undefined || was === apiVersion
      ? []
      : [
          `graph ${name} is made anew in ${apiVersion}, and was in ${was}: policies and manifests of your own that read it follow`,
        ];
  });
  const revisions = settings.graphs.flatMap(({ name }, i) =>
    raised.has(name) ? [`${project}:graphs[${i}].revision: ${after.revisions.get(name)}   # ${name}`] : [],
  );
  return {
    verdict: "by hand",
    changes: [
      ...apis,
      ...otherReleases(graphs, runtime).map(
        ({ graph, component, image, releaseLine }) =>
          `graph ${graph}: the image of ${component} stays at ${releaseLine}, and the rest of the plan is for ${runtime.releaseLine}: give it a tag of ${runtime.version} (${image})`,
      ),
    ],
    todo: [`${project}:runtime.version: ${after.version}`, ...revisions],
    reasons: [],
  };
}

/** The pods: in which way they come to it, and whether they can. */
function podsStep(
  stack: Stack,
  before: StackState,
  { after, pods, raised, mistakes, noRoom }: Rollout,
  operator: ReleaseLine,
): Judged {
  const [from, to] = [before.plan.runtime.releaseLine, after.plan.runtime.releaseLine];
  const target = releaseLineOf(after.version) as ReleaseLine;
  const reasons = [
    ...(operatorsFor(target).includes(operator)
      ? []
      : [
          `the operator of ${operator} runs runtimes of ${runtimesFor(operator).join(", ")}, and not ${target}: choose one of these`,
        ]),
    ...(mistakes.length > 0 ? [`the config is refused at ${after.version}: mend that first`] : []),
    ...noRoom.map((why) => [...raised.values(), why].join("; and ")),
  ];
  return {
    verdict: podsVerdict(pods.effects, reasons.length > 0),
    changes: [
      ...[...raised.values()].map((why) => `${why}: so its revision is raised`),
      ...podChanges(before.plan, after.plan),
      ...releaseChanges(from, to, new Set(stack.settings.graphs.map(({ backend }) => backend))),
    ],
    todo: reasons.length > 0 ? [] : [`pulumi up --stack ${cliName(stack)}`],
    reasons,
    ...(pods.effects.length > 0 && { pods }),
  };
}
