/** What a release of the runtime changes for who runs it: metrics, and how its pods behave. */
import { type News, news } from "../../config/runtime/news";
import type { Release, ReleaseLine } from "../../config/runtime/release";
import { releaseLines } from "../../config/runtime/release";
import { releaseOf } from "./platformSteps";

/** Fields of a release that tell what one can see of it, each with the words for its values. */
const told: { readonly [Field in keyof Release]?: (now: Release[Field], before: Release[Field]) => string } =
  {
    kvCacheMetrics: (now, before) =>
      `metrics of the KV cache: ${cacheMetrics[before]} → ${cacheMetrics[now]}`,
    modelGauge: (now, before) =>
      `models that frontends know are counted by dynamo_frontend_${now}, before by dynamo_frontend_${before}`,
    countsFailures: (now) => (now ? "frontends count failures by class: dynamo_frontend_failures_total" : ""),
    eventSubjects: () => "routers and workers of the release before don't hear each other's KV events",
    workersRollTogether: (now) => (now ? "a change of any worker rolls all workers of its graph" : ""),
    plannerImage: (now) => (now ? "the planner has an image of its own" : ""),
    frontendsTake: (now) => frontendsTake[now],
    warnsOfV1alpha1: (now) => (now ? "the API server answers v1alpha1 graphs with a warning" : ""),
    needsVersionOverride: (now) => (now ? "an image whose tag is no version is told its release" : ""),
    apiVersions: (now) => `graphs that are made anew are in ${now[0]}`,
  };

const cacheMetrics: Readonly<Record<Release["kvCacheMetrics"], string>> = {
  kvstats: "dynamo_component_kvstats_…",
  engine: "those of the engine alone",
  component: "dynamo_component_…",
};

const frontendsTake: Readonly<Record<Release["frontendsTake"], string>> = {
  own: "frontends take workers of their own Dynamo namespace",
  prefixed: "frontends take workers of all Dynamo namespaces that begin like their own",
  generations: "frontends take workers of their own Dynamo namespace and its generations alone",
};

/** Release lines behind one, up to another. */
export function linesAfter(from: ReleaseLine, to: ReleaseLine): readonly ReleaseLine[] {
  return releaseLines.slice(releaseLines.indexOf(from) + 1, releaseLines.indexOf(to) + 1);
}

/**
 * Changes from one release to another, in words.
 * @param backends engines whose news are told
 */
export function releaseChanges(
  from: ReleaseLine,
  to: ReleaseLine,
  backends: ReadonlySet<News["backend"]>,
): string[] {
  const [before, after] = [releaseOf(from), releaseOf(to)];
  const fields = Object.keys(told) as (keyof typeof told)[];
  return [
    ...fields.flatMap((field) => wordsOn(field, before, after)),
    ...linesAfter(from, to)
      .flatMap((line) => news[line])
      .filter(({ part, backend }) => part === "runtime" && (backend === undefined || backends.has(backend)))
      .map(({ text }) => text),
  ];
}

function wordsOn<Field extends keyof typeof told>(
  field: Field,
  { [field]: was }: Release,
  { [field]: is }: Release,
): string[] {
  const words = told[field] as ((now: unknown, before: unknown) => string) | undefined;
  const first = (value: unknown) => (Array.isArray(value) ? value[0] : value);
  if (words === undefined || first(was) === first(is)) return [];
  return [words(is, was)].filter((text) => text !== "");
}
