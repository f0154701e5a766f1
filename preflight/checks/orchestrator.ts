import type { Release } from "../../config/runtime/release";
import type { Orchestrator } from "../../config/runtime/runtime";
import { at } from "../../gpus/manifest";
import { check, countOf, type Finding } from "../finding";
import { type Needs, neededPods } from "../needs";
import { isUnread, type Snapshot, servedVersions } from "../snapshot";
import { operatorOf } from "./operator";

/** Kinds of what makes pods of several nodes. The operator takes LeaderWorkerSet only beside Volcano. */
const kinds = {
  grove: { "grove.io": "PodCliqueSet" },
  leaderworkerset: { "leaderworkerset.x-k8s.io": "LeaderWorkerSet", "scheduling.volcano.sh": "PodGroup" },
} as const;
const images = { grove: /grove/, leaderworkerset: /\/lws|leader-?worker/ } as const;

/** Whether what makes workers of several nodes is there, where the plan has such. */
export function orchestrator(needs: Needs, cluster: Snapshot): Finding[] {
  const { platform, runtime } = needs.config;
  const spread = neededPods(needs).filter(({ nodes }) => nodes > 1);
  if (spread.length === 0 || platform.orchestrator === undefined) return [];
  const name = platform.orchestrator;
  const { passed, failed, unknown } = check("orchestrator", name);
  const why = `${countOf(spread.length, "component")} of several nodes`;
  if (name === "grove" && at(platform.install?.values, "global", "grove", "install") === true)
    return [passed("the platform's chart brings it, with the stack")];
  for (const [group, kind] of Object.entries(kinds[name])) {
    const versions = servedVersions(cluster, group, kind);
    if (isUnread(versions)) return [unknown(versions.unread)];
    if (versions.length === 0)
      return [
        failed(
          `the cluster has no ${kind} (${group}), and the plan has ${why}`,
          "install it, and restart the Dynamo operator: it looks for it when it starts (dynamo:platform.orchestrator)",
        ),
      ];
  }
  const one = operatorOf(needs, cluster);
  if (
    name === "grove" &&
    platform.install === undefined &&
    one !== undefined &&
    !isUnread(one) &&
    !isUnread(one.settings) &&
    one.settings.grove === false
  )
    return [failed("the operator has it turned off", "install the platform with global.grove.enabled=true")];
  return [controllerFor(name, runtime, cluster)];
}

/** Whether its controller is there, and as new as the operator of a release needs it. */
export function controllerFor(
  name: Orchestrator,
  release: Pick<Release, "releaseLine" | "grove" | "leaderWorkerSet">,
  cluster: Snapshot,
): Finding {
  const { passed, failed, unknown } = check("orchestrator", name);
  const { controllers } = cluster;
  if (isUnread(controllers)) return unknown(controllers.unread);
  const controller = controllers.find((each) => each.images.some((image) => images[name].test(image)));
  if (controller === undefined)
    return unknown("its API is served, and no Deployment of its controller is found");
  const found = `${controller.namespace}/${controller.name}, ${controller.images.join(", ")}`;
  if (!controller.ready)
    return failed(
      `${found} has no Ready pod`,
      `kubectl --namespace ${controller.namespace} describe deployment ${controller.name}`,
    );
  const { oldest, product } = {
    grove: { oldest: release.grove, product: "Grove" },
    leaderworkerset: { oldest: release.leaderWorkerSet, product: "LeaderWorkerSet" },
  }[name];
  const tag = controller.images.map((image) => /:v?([^:/@]+)(?:@|$)/.exec(image)?.[1]).find(Boolean);
  if (tag === undefined || !/^\d/.test(tag)) return unknown(`${found} names no release`);
  return isOlder(tag, oldest)
    ? failed(
        `${found}, and the operator of ${release.releaseLine} works with ${oldest} and newer`,
        `upgrade ${product} to ${oldest}`,
      )
    : passed(found);
}

/** Whether one version is before another, as "0.1.0-alpha.12-rc1": number by number, and a release candidate before its release. */
function isOlder(one: string, other: string): boolean {
  const [parts, others] = [one, other].map((version) => version.split(/[.-]/));
  for (let i = 0; i < Math.max(parts?.length ?? 0, others?.length ?? 0); i++) {
    const [a, b] = [parts?.[i], others?.[i]];
    if (a === b) continue;
    if (a === undefined || b === undefined) return a !== undefined;
    const [m, n] = [Number(a), Number(b)];
    return Number.isNaN(m) || Number.isNaN(n) ? a < b : m < n;
  }
  return false;
}
