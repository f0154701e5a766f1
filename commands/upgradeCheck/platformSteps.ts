/** The steps by which the platform comes to its next release: CRDs, chart, operator, and what makes pods of several nodes. */
import { news, type UpgradedPart } from "../../config/runtime/news";
import { operatorsFor, runtimesFor } from "../../config/runtime/operator";
import type { Release, ReleaseLine } from "../../config/runtime/release";
import { releases } from "../../config/runtime/releases";
import type { Hop } from "../../config/runtime/upgradePath";
import { controllerFor } from "../../preflight/checks/orchestrator";
import { chartAt, chartStep, type PlatformContext } from "./chartStep";
import type { UpgradeStep } from "./step";

export function platformSteps(hop: Hop, context: PlatformContext): UpgradeStep[] {
  const [before, after] = [releaseOf(hop.from), releaseOf(hop.to)];
  const step = (
    what: UpgradeStep["what"],
    { changes, todo = [], reasons = [] }: Partial<UpgradeStep>,
  ): UpgradeStep => ({
    what,
    from: hop.from,
    to: hop.to,
    verdict: reasons.length > 0 ? "blocked" : todo.length > 0 ? "by hand" : "safe",
    changes: [...newsOf(what as UpgradedPart, hop.to), ...(changes ?? [])],
    todo,
    reasons,
  });
  return [
    step("CRDs", crds(after)),
    step("chart", chartStep(before, after, context)),
    step("operator", operator(hop.to, after, context)),
    ...orchestrator(before, after, context).map(({ what, ...rest }) => step(what, rest)),
  ];
}

/** A release of the table. @throws RangeError where it has none of that line */
export function releaseOf(line: ReleaseLine): Release {
  const release = releases.get(line);
  if (release === undefined) throw new RangeError(`no release ${line}`);
  return release;
}

const newsOf = (part: UpgradedPart, line: ReleaseLine) =>
  news[line].filter((one) => one.part === part).map(({ text }) => text);

function crds({ crdsChart, newest }: Release): Partial<UpgradeStep> {
  return crdsChart
    ? {
        changes: ["they are a chart of their own, and come before the platform's"],
        todo: [`helm upgrade --install dynamo-crds ${chartAt("dynamo-crds", newest)} --namespace default`],
      }
    : { changes: ["the chart applies them, server-side"] };
}

function operator(line: ReleaseLine, after: Release, { runtime, namespace }: PlatformContext) {
  const runs = runtimesFor(line);
  const isTooNew = !operatorsFor(runtime.releaseLine).includes(line) && !isBefore(line, runtime.releaseLine);
  return {
    changes: [
      `it runs runtimes of ${runs[0]} to ${runs.at(-1)}, which each stack of the cluster must be of`,
      "it restarts: graphs serve on, and changes of graphs are refused meanwhile",
    ],
    todo:
      after.chartInstallsOperator === undefined
        ? []
        : [
            `kubectl --namespace ${namespace} get deployments --output wide   # its image must be of ${after.newest}, where the chart may deploy ${after.chartInstallsOperator}`,
          ],
    reasons: isTooNew
      ? [
          `it runs no runtime of ${runtime.releaseLine}: bring this stack to ${runs[0]} first (dynamo:runtime.version)`,
        ]
      : [],
  };
}

const isBefore = (line: ReleaseLine, other: ReleaseLine) => {
  const lines = [...releases.keys()];
  return lines.indexOf(line) < lines.indexOf(other);
};

/** Grove or LeaderWorkerSet, where the stack says that the platform has it. */
function orchestrator(before: Release, after: Release, { runtime, cluster }: PlatformContext) {
  const name = runtime.orchestrator;
  if (name === undefined) return [];
  const { what, was, is } = (
    {
      grove: { what: "Grove", was: before.grove, is: after.grove },
      leaderworkerset: {
        what: "LeaderWorkerSet",
        was: before.leaderWorkerSet,
        is: after.leaderWorkerSet,
      },
    } as const
  )[name];
  const found = cluster && controllerFor(name, after, cluster);
  const look = `kubectl get deployments --all-namespaces --output wide | grep --ignore-case ${name === "grove" ? "grove" : "lws"}   # ${is} or newer`;
  const isKnown = found?.state === "passed" || (found === undefined && was === is);
  return [
    {
      what,
      changes: [
        `it must be of ${is} or newer${was === is ? ", as before" : ""}`,
        ...(found ? [found.found] : []),
      ],
      todo: isKnown ? [] : [found?.state === "failed" && found.remedy ? found.remedy : look],
    },
  ];
}
