/** Comparison of a preview with an earlier one. */
import { isDeepStrictEqual } from "node:util";
import { createTwoFilesPatch, OMIT_HEADERS } from "diff";
import { parse } from "yaml";
import { some } from "../../config/printable";
import { kindOf } from "../../gpus/kinds";
import { at, nameOf } from "../../gpus/manifest";
import { fixedSettingChanges } from "../../plan/fixedSettings";
import { immutableFieldsOf } from "../../plan/immutableFields";
import { UserError } from "../cli/userError";
import { changeSteps } from "../upgradeCheck/changeSteps";
import type { UpgradeStep } from "../upgradeCheck/step";
import { type Baseline, baseline } from "./baseline";
import { type GraphEffect, graphEffects } from "./effects";
import { type ManifestFiles, manifestFiles, objectsIn, readManifests } from "./manifests";
import { type PolicyChange, policyChanges } from "./policyChanges";
import { appliedRules } from "./policySettings";
import type { Preview } from "./previewStack";

export interface ObjectChange {
  readonly operation: "create" | "update" | "replace" | "delete";
  /** As `Deployment dynamo/trainer`. */
  readonly object: string;
  /** Lines of a unified diff, without what is generated within it. */
  readonly diff: string;
  /** Whether the object follows from others: rules, monitors and dashboards do. */
  readonly generated: boolean;
}

/** Difference of a preview from an earlier one, or from nothing. */
export interface Comparison {
  /** The earlier summary; undefined where there was none. */
  readonly before: Baseline | undefined;
  /** In the order of their names. */
  readonly changes: readonly ObjectChange[];
  readonly unchanged: number;
  /** What they do to the graphs that run. */
  readonly effects: readonly GraphEffect[];
  /** Reasons why `pulumi up` would refuse some of the changes. */
  readonly refusals: readonly string[];
  /** Steps of an upgrade of Dynamo that it begins; none where it begins none. */
  readonly upgrade: readonly UpgradeStep[];
  /** Limits of the policies that differ, of a new stack from their defaults; none where those before are not known. */
  readonly policies: readonly PolicyChange[];
}

/** An earlier preview: its manifests, and what is read of its summary. */
interface Earlier {
  readonly before: Baseline | undefined;
  readonly files: ManifestFiles;
}

/**
 * Reads what an earlier `--out` wrote.
 * @param dir its folder; one that is empty stands for a stack that is new.
 * @throws UserError if the folder is not there, or holds anything else.
 */
export function readEarlier(dir: string): Earlier {
  const earlier = readManifests(dir);
  if (earlier === undefined) return { before: undefined, files: new Map() };
  const { data, error } = baseline.safeParse(earlier.summary);
  if (error)
    throw new UserError(
      `--base ${dir} is from another program (its summary lacks ${some(error.issues.map(({ path }) => path.join(".") || "all"))}): make it with --out`,
    );
  return { before: data, files: earlier.files };
}

/** Compares a preview with an earlier one. */
export function compare({ before, files: old }: Earlier, plan: Preview): Comparison {
  const { summary, resources, settings } = plan;
  const files = manifestFiles(resources);
  const moved = movedFiles(before, summary.resources);
  const movedTo = new Set(moved.values());

  const changes = [...new Set([...old.keys(), ...files.keys()])].sort().flatMap((path): ObjectChange[] => {
    const target = moved.get(path);
    if (target !== undefined) return [change(old.get(path), files.get(target), "replace")];
    const [was, is] = [old.get(path), files.get(path)];
    return was === is || movedTo.has(path) ? [] : [change(was, is)];
  });
  const unchanged = [...files].filter(([path, text]) => old.get(path) === text).length;
  const refusals = [...files]
    .filter(([path, text]) => old.get(path) !== text)
    .flatMap(([path, text]) => fixedSettingChanges(parsed(old.get(path)), parse(text)));
  const limits = before ? before.policies?.rules : appliedRules({ file: undefined, byRule: {} });
  const policies = limits ? policyChanges(limits, summary.policies.rules) : [];
  const effects = graphEffects(
    summary,
    objectsIn(resources),
    before,
    [...old.values()].map(parsed),
    settings.runtime.workersRollTogether,
  );
  const versions = effects.flatMap(({ runtime }) => runtime?.from ?? []);
  const upgrade = changeSteps(versions, plan, effects, refusals);
  return { before, changes, unchanged, effects, refusals, upgrade, policies };
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : parse(text));

/** Old path and new one of each resource whose object has another name or namespace than before. */
function movedFiles(
  before: Baseline | undefined,
  resources: Preview["summary"]["resources"],
): Map<string, string> {
  const files = new Map(resources.map(({ urn, file }) => [urn, file]));
  const moved = new Map<string, string>();
  for (const { urn, file } of before?.resources ?? []) {
    const now = files.get(urn);
    if (file !== undefined && now !== undefined && file !== now) moved.set(file, now);
  }
  return moved;
}

function change(was: string | undefined, is: string | undefined, moved?: "replace"): ObjectChange {
  const [before, after] = [parsed(was), parsed(is)];
  return {
    operation: moved ?? operationOf(before, after),
    object: nameOf(after ?? before),
    diff: createTwoFilesPatch("", "", was ?? "", is ?? "", undefined, undefined, {
      context: 3,
      headerOptions: OMIT_HEADERS,
    }),
    generated: isGenerated(after ?? before),
  };
}

function isGenerated(object: unknown): boolean {
  return (
    ["PrometheusRule", "PodMonitor"].includes(kindOf(object)) ||
    at(object, "metadata", "labels", "grafana_dashboard") !== undefined
  );
}

function operationOf(before: unknown, after: unknown): ObjectChange["operation"] {
  if (before === undefined) return "create";
  if (after === undefined) return "delete";
  return needsReplacement(before, after) ? "replace" : "update";
}

function needsReplacement(before: unknown, after: unknown): boolean {
  const paths = immutableFieldsOf(after).map((field) => field.split("."));
  return paths.some((path) => !isDeepStrictEqual(at(before, ...path), at(after, ...path)));
}
