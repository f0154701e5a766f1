/** From graphs to the settings of a stack that makes them again, with proof: what it would make is held against them. */
import type { GraphConfig } from "../../config/graph";
import type { StackConfig } from "../../config/schema";
import { type Manifest, nameOf } from "../../gpus/manifest";
import { planStack } from "../../plan/stack";
import { UserError } from "../cli/userError";
import { isTakenOver } from "./claims";
import { componentsIn } from "./component";
import { exposeOf, lostOf } from "./expose";
import { changesOfGraph } from "./graphItself";
import { withName } from "./graphName";
import { type Change, changesOf } from "./patches";
import { platformOf } from "./platform";
import { type Refusal, type Sound, sound } from "./refused";
import { allDifferences, besideOf, nameAt, type Rendered, render } from "./rendered";
import { type Changes, type ImportedGraph, resultOf } from "./result";
import { settle } from "./rows";
import type { Place, Settings } from "./settings";
import { type Structure, structureOf } from "./structure";
import { unreadOf } from "./unread";
import { harmless } from "./verdicts";

/** Graphs as settings, and what came of each. */
export interface Import {
  readonly settings: Settings;
  readonly graphs: readonly ImportedGraph[];
  /** Objects beside the graphs, which stay what they are. */
  readonly beside: readonly string[];
  /** What was assumed. */
  readonly notes: readonly string[];
}

/**
 * Imports graphs.
 * @param version of the runtime. Default: by the images' tags
 * @param prepare adds to the settings what they must have before they are checked
 * @throws UserError where they can't be one stack
 */
export function importGraphs(
  graphs: readonly Manifest[],
  beside: readonly Manifest[],
  version?: string,
  prepare: (settings: Settings) => void = () => {},
): Import {
  const platform = platformOf(graphs, version);
  const structures = graphs.map((graph) => structureOf(graph, platform.registry, platform.version, beside));
  for (const [i, { places }] of structures.entries())
    if (!["workers", "prefill"].some((key) => places.has(key as Place)))
      throw new UserError(
        `${nameOf(graphs[i])} has no worker that runs dynamo.vllm, dynamo.sglang or dynamo.trtllm`,
      );
  const drafts = structures.map(({ settings }) => settings);
  const exposed = exposeOf(beside, graphs).filter(({ graph }) => drafts[graph]?.frontend !== undefined);
  for (const { graph, expose } of exposed)
    ((drafts[graph]?.frontend as Settings | undefined) ?? {}).expose = expose;
  const settings: Settings = { ...platform.settings, graphs: drafts };
  const refusals: Refusal[] = [];
  const check = (): Sound => {
    prepare(settings);
    const result = sound(settings);
    refusals.push(...result.refusals);
    return result;
  };
  const first = render(check().config);
  for (const [i, structure] of structures.entries()) {
    const draft = drafts[i] ?? {};
    settle(draft, matteringOf(structure, first, i));
    Object.assign(draft, withName(draft, nameOfObject(first, i)));
  }
  const settled = check();
  const changes = structures.map((structure, i) => changed(settled.config, i, structure, drafts[i] ?? {}));
  const last = render(check().config);
  const claims = structures.flatMap(({ places }) => [...places.values()].flatMap((one) => one.claims));
  const isOfStack = (object: Manifest) =>
    exposed.some(({ service }) => service === object) || isTakenOver(object, claims);
  return {
    settings,
    notes: platform.notes,
    beside: beside.filter((object) => !isOfStack(object)).map(nameOf),
    graphs: structures.map((structure, i) =>
      resultOf(
        structure,
        last,
        i,
        changes[i] ?? { accepted: [], refused: [] },
        refusals.filter(({ graph }) => graph === i),
        graphs[i],
        unreadOf(graphs[i] ?? {}, beside),
        exposed.filter(({ graph }) => graph === i).flatMap((one) => lostOf(one, drafts[i]?.frontend)),
      ),
    ),
  };
}

const nameOfObject = ({ plans }: Rendered, i: number) => plans[i]?.deployment.metadata.name ?? "";

const matteringOf = (structure: Structure, rendered: Rendered, i: number) =>
  allDifferences(structure, rendered, i).filter((one) => harmless(one) === undefined);

/** Adds to a graph's settings the changes that its guards let through. */
function changed(config: StackConfig, i: number, structure: Structure, draft: Settings): Changes {
  const rendered = render(config);
  const graph = config.graphs[i];
  if (graph === undefined) return { accepted: [], refused: [] };
  const manifest = rendered.plans[i]?.deployment;
  const made = componentsIn(manifest, besideOf(rendered.plans[i]));
  const found = matteringOf(structure, rendered, i);
  const ofGraph = changesOfGraph(
    found.filter(({ place }) => place === "graph"),
    manifest as unknown as Manifest,
  );
  const ofComponents = [...structure.places].flatMap(([place, wanted]) => {
    const component = made.find(({ name }) => name === nameAt(place, graph));
    return component
      ? changesOf(
          found.filter((one) => one.place === place),
          wanted,
          component,
          manifest,
        )
      : [];
  });
  const all = [...ofGraph, ...ofComponents];
  const mistakesWith = (changes: readonly Change[]) => {
    const transform = changes.flatMap(({ patches }) => patches) as GraphConfig["transform"];
    const graphs = config.graphs.map((one, j) => (j === i ? { ...one, transform } : one));
    return planStack({ ...config, graphs }).graphs[i]?.mistakes ?? [];
  };
  const refused: [Change, string][] = [];
  let accepted: Change[] = mistakesWith(all).length === 0 ? all : [];
  if (accepted.length < all.length)
    for (const change of all) {
      const [mistake] = mistakesWith([...accepted, change]);
      if (mistake === undefined) accepted = [...accepted, change];
      else refused.push([change, mistake]);
    }
  if (accepted.length > 0)
    draft.transform = withName(
      accepted.flatMap(({ patches }) => patches),
      nameOfObject(rendered, i),
    );
  return { accepted, refused };
}
