/** What goes with a node, or can't come back without it, of each kind of pods. */
import { own } from "../config/own";
import { kindOf } from "../gpus/kinds";
import { at, list, record } from "../gpus/manifest";
import { goWithZone, quorumOf } from "../plan/servers/members";
import { zoneLabel } from "../plan/zones";
import { type NeededPods, type Needs, objectsOf } from "./needs";
import { gpusIn, type Place } from "./placement";

/** What goes with a node, or can't come back without it. */
export interface Loss {
  /**
   * `room`: pods that find no other node; `only`: the one pod of a component; `spread`: pods that may all be on the node;
   * `quorum`: members of NATS or etcd; `drain`: an eviction that waits for ever.
   */
  readonly what: "room" | "only" | "spread" | "quorum" | "drain";
  /** As `DynamoGraphDeployment dynamo/chat`. */
  readonly object: string;
  readonly component: string;
  readonly found: string;
  readonly remedy: string;
}

/** A loss of pods. */
export const loss = (
  what: Loss["what"],
  { object, component }: NeededPods,
  found: string,
  remedy: string,
): Loss => ({
  what,
  object,
  component,
  found,
  remedy,
});

/** The only replica of a component, or the only member. A planner may be away for a while. */
export function alone(pods: NeededPods): Loss[] {
  const { type, nodes, count, manifest } = pods;
  if (type === "planner" || count !== nodes) return [];
  return kindOf(manifest) === "StatefulSet"
    ? [
        loss(
          "quorum",
          pods,
          "its only member goes, with all that clients have there until its volume is on another node",
          "3 members (replicas)",
        ),
      ]
    : [loss("only", pods, "its only replica goes: nothing answers until another has started", "2 replicas")];
}

/**
 * Replicas that no rule keeps from being on one node together, or in one zone.
 * @param lost the node, or the zone's
 * @param zones of the cluster, where one of them goes. @default a node goes
 */
export function together(pods: NeededPods, lost: readonly Place[], zones?: number): Loss[] {
  const { nodes, count, requests, manifest } = pods;
  const gpus = gpusIn(requests);
  const room = lost.reduce(
    (sum, { allocatable }) => sum + (gpus === 0 ? count : Math.floor(gpusIn(allocatable) / gpus)),
    0,
  );
  if (nodes > 1 || count < 2 || count > room) return [];
  const isServer = kindOf(manifest) === "StatefulSet";
  if (isSpread(pods, zones) && !(isServer && zones !== undefined && goWithZone(count, zones))) return [];
  const [where, domain] = zones === undefined ? ["on it", "node"] : ["in it", "zone"];
  return [
    isServer
      ? loss(
          "quorum",
          pods,
          `${count - quorumOf(count) + 1} of ${count} members may be ${where}: no quorum is left`,
          zones === undefined ? "spread them over nodes" : "spread them over 3 zones",
        )
      : loss(
          "spread",
          pods,
          `all ${count} may be ${where}: nothing spreads them`,
          `placement: { spread: ${domain} }`,
        ),
  ];
}

/** Whether a rule keeps pods apart: by nodes or zones, or by zones where one of these goes. */
function isSpread({ pod }: NeededPods, zones: number | undefined): boolean {
  const anti = at(pod, "affinity", "podAntiAffinity");
  const rules = [
    ...list(at(pod, "topologySpreadConstraints")),
    ...list(at(anti, "requiredDuringSchedulingIgnoredDuringExecution")),
    ...list(at(anti, "preferredDuringSchedulingIgnoredDuringExecution")).map((one) =>
      at(one, "podAffinityTerm"),
    ),
  ];
  return zones === undefined ? rules.length > 0 : rules.some((rule) => at(rule, "topologyKey") === zoneLabel);
}

/** Evictions that a PodDisruptionBudget never lets through once the node is gone. */
export function drains(needs: Needs, pods: readonly NeededPods[], room: readonly Loss[]): Loss[] {
  return objectsOf(needs, "PodDisruptionBudget").flatMap((budget) =>
    pods
      .filter(
        ({ manifest, namespace }) =>
          namespace === at(budget, "metadata", "namespace") && isOf(budget, manifest),
      )
      .flatMap((one) => {
        const [max, min] = [at(budget, "spec", "maxUnavailable"), at(budget, "spec", "minAvailable")];
        const allowed = typeof max === "number" ? max : typeof min === "number" ? one.count - min : 1;
        const missing = room.some(
          ({ object, component }) => object === one.object && component === one.component,
        )
          ? 1
          : 0;
        return allowed > missing
          ? []
          : [
              loss(
                "drain",
                one,
                "its PodDisruptionBudget lets no other pod go then: the next drain waits for ever",
                "have a node more than members before another is drained",
              ),
            ];
      }),
  );
}

function isOf(budget: unknown, manifest: unknown): boolean {
  const labels = record(at(manifest, "spec", "template", "metadata", "labels"));
  const wanted = Object.entries(record(at(budget, "spec", "selector", "matchLabels")));
  return wanted.length > 0 && wanted.every(([key, value]) => own(labels, key) === value);
}
