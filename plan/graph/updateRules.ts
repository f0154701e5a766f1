/** What operators' webhooks refuse of an update, by release, and how the program makes the change all the same. */
import { own } from "../../config/own";
import { type ReleaseLine, releaseLines } from "../../config/runtime/release";
import { at } from "../../gpus/manifest";
import type { ComponentFields, GraphFields } from "./graphFields";

/** A rule of the operator's webhook on updates. */
interface UpdateRule {
  /** First release line that has it. */
  readonly since: ReleaseLine;
  /** First release line that has it no more. @default all newer ones have it */
  readonly until?: ReleaseLine;
  /**
   * The way that the change is made: another graph in the place of the one that is there, the component's scaling adapter
   * first, or none, since only a `transform` or the operator itself writes the field.
   */
  readonly instead: "another graph" | "scaling adapter" | "none";
  /** Reasons for which it refuses an update, by the fields of the graph; empty where it does not. */
  readonly refuses: (before: GraphFields, after: GraphFields) => readonly string[];
}

type Refusal = (name: string, before: ComponentFields, after: ComponentFields) => string | false;

/** A rule on each component that is there before and after. */
const ofEach =
  (refusal: Refusal): UpdateRule["refuses"] =>
  (before, after) =>
    Object.entries(after.components).flatMap(([name, component]) => {
      const old = own(before.components, name);
      return (old && refusal(name, old, component)) || [];
    });

/** Fields that are what they were when the graph was made, for ever. */
const fixed =
  (...path: string[]): UpdateRule["refuses"] =>
  (before, after) =>
    isSame(at(before.manifest, ...path), at(after.manifest, ...path))
      ? []
      : [`${path.join(".")} is immutable`];

const fixedOfEach = (...path: string[]): UpdateRule["refuses"] =>
  ofEach((name, before, after) =>
    isSame(at(before.manifest, ...path), at(after.manifest, ...path))
      ? false
      : `${name}.${path.join(".")} is immutable`,
  );

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Replicas that are a scaling adapter's. What is missing counts as 1. */
const ofAdapter = (hasAdapter: (before: ComponentFields, after: ComponentFields) => boolean) =>
  ofEach(
    (name, before, after) =>
      hasAdapter(before, after) &&
      (before.replicas ?? 1) !== (after.replicas ?? 1) &&
      `${name}.replicas cannot be modified directly when scaling adapter is enabled; scale or update the related DynamoGraphDeploymentScalingAdapter instead`,
  );

const isDisabled = ({ scalingAdapter }: ComponentFields) => at(scalingAdapter, "disable") === true;
const isEnabled = ({ scalingAdapter }: ComponentFields) =>
  scalingAdapter !== undefined && at(scalingAdapter, "enabled") !== false;
const namesOf = ({ components }: GraphFields) => Object.keys(components).sort().join(", ");

/**
 * The rules of all releases. Sources: `ValidateUpdate` of the operator's webhook at the cuts of 0.8 (007c5b60a1) to 1.4
 * (32c8091a8d) and at 2a6da14c83, shortly before 1.5; for 1.5 and 1.6 also their ledgers of changes. 0.7 has no webhook.
 * The operator of 0.8 has one where it was started with `--enable-webhooks`, as its chart does.
 */
export const updateRules: readonly UpdateRule[] = [
  {
    since: "0.8",
    instead: "another graph",
    refuses: ({ backend }, after) =>
      backend === after.backend ? [] : ["spec.backendFramework is immutable"],
  },
  {
    since: "0.9",
    instead: "another graph",
    refuses: (before, after) =>
      namesOf(before) === namesOf(after)
        ? []
        : [
            `component topology is immutable and cannot be modified after creation: ${namesOf(before)} became ${namesOf(after)}`,
          ],
  },
  {
    since: "0.9",
    instead: "another graph",
    refuses: ofEach(
      (name, before, after) =>
        before.nodes > 1 !== after.nodes > 1 &&
        `${name} cannot change node topology between single-node and multi-node after creation`,
    ),
  },
  {
    since: "1.5", // ai-dynamo/dynamo#13763
    instead: "another graph",
    refuses: ofEach((name, before, after) => before.type !== after.type && `${name}.type is immutable`),
  },
  {
    since: "1.6",
    instead: "another graph",
    refuses: ofEach(
      (name, before, after) => before.nodes !== after.nodes && `${name}.multinode.nodeCount is immutable`,
    ),
  },
  // Every component has an adapter that does not decline it.
  {
    since: "0.8",
    until: "0.9",
    instead: "scaling adapter",
    refuses: ofAdapter((_, after) => !isDisabled(after)),
  },
  {
    since: "0.9",
    until: "1.4",
    instead: "scaling adapter",
    refuses: ofAdapter((_, after) => isEnabled(after)),
  },
  {
    since: "1.4",
    instead: "scaling adapter",
    refuses: ofAdapter((before, after) => isEnabled(before) || isEnabled(after)),
  },
  { since: "1.1", instead: "none", refuses: fixed("spec", "topologyConstraint") },
  { since: "1.1", instead: "none", refuses: fixedOfEach("topologyConstraint") },
  { since: "1.3", instead: "none", refuses: fixed("spec", "experimental", "kvTransferPolicy") },
  {
    since: "1.3",
    instead: "none",
    refuses: ofEach((name, before, after) => {
      const old = at(before.manifest, "minAvailable");
      return (
        old !== undefined && old !== at(after.manifest, "minAvailable") && `${name}.minAvailable is immutable`
      );
    }),
  },
  {
    since: "1.5",
    instead: "none",
    refuses: (before, after) => {
      const provider = (of: GraphFields) =>
        at(of.manifest, "metadata", "annotations", "nvidia.com/workload-provider");
      return provider(before) === provider(after)
        ? []
        : ["metadata.annotations[nvidia.com/workload-provider] is the operator's own and immutable"];
    },
  },
];

/** The rules of a release line. */
function rulesOf(line: ReleaseLine): readonly UpdateRule[] {
  const place = (other: ReleaseLine) => releaseLines.indexOf(other);
  return updateRules.filter(
    ({ since, until }) => place(since) <= place(line) && (until === undefined || place(line) < place(until)),
  );
}

/**
 * Reasons for which the operator of a release line refuses to make one graph of the other; empty where it does it.
 * @param instead only by rules on what is changed that way. @default by all rules
 */
export function refusedUpdates(
  line: ReleaseLine,
  before: GraphFields,
  after: GraphFields,
  instead?: UpdateRule["instead"],
): string[] {
  return rulesOf(line)
    .filter((rule) => instead === undefined || rule.instead === instead)
    .flatMap(({ refuses }) => refuses(before, after));
}
