/** What came of the import of a graph. */
import { at, type Manifest, text } from "../../gpus/manifest";
import { frontendServiceName } from "../../plan/graph/frontendService";
import type { Component } from "./component";
import type { Difference } from "./differences";
import type { Change } from "./patches";
import type { Refusal } from "./refused";
import { allDifferences, nameAt, notMade, type Rendered } from "./rendered";
import type { Place } from "./settings";
import type { Structure } from "./structure";
import type { Unread } from "./unread";
import { harmless } from "./verdicts";

/** A graph as it was imported. */
export interface ImportedGraph {
  readonly name: string;
  /** Names that are others in the stack. */
  readonly renamed: readonly (readonly [from: string, to: string])[];
  /** What is changed by `transform`. */
  readonly changes: readonly Change[];
  readonly leftOut: readonly LeftOut[];
  /** Differences that don't matter. */
  readonly harmless: readonly (Difference & { readonly why: string })[];
}

/** What the stack does not have, and why. */
export interface LeftOut {
  /** The component; undefined for the graph. */
  readonly component: string | undefined;
  readonly what: string;
  readonly why: string;
  readonly place?: Place;
}

/** Changes that a graph's guards let through, and those that they don't. */
export interface Changes {
  readonly accepted: readonly Change[];
  readonly refused: readonly (readonly [Change, string])[];
}

/** The result of a graph's import. */
export function resultOf(
  structure: Structure,
  rendered: Rendered,
  i: number,
  { accepted, refused }: Changes,
  refusals: readonly Refusal[],
  original: Manifest | undefined,
  unread: ReadonlyMap<string, readonly Unread[]>,
  ofService: readonly string[],
): ImportedGraph {
  const graph = rendered.config.graphs[i];
  const found = allDifferences(structure, rendered, i);
  const { metadata } = rendered.plans[i]?.deployment ?? { metadata: { name: "" } };
  const names = graph
    ? [...structure.places].map(([place, { name }]) => [name, nameAt(place, graph)] as const)
    : [];
  const frontend = structure.places.get("frontend");
  const addsFrontend = frontend === undefined && graph && !graph.servedBy && !graph.endpointPicker;
  return {
    name: graph?.name ?? "",
    renamed: [
      [`DynamoGraphDeployment ${text(at(original, "metadata", "name"))}`, metadata.name] as const,
      ...(frontend === undefined
        ? []
        : [
            [
              `Service ${text(at(original, "metadata", "name"))}-${frontend.name.toLowerCase()}`,
              frontendServiceName(graph?.name ?? ""),
            ] as const,
          ]),
      ...names.map(([from, to]) => [`component ${from}`, to] as const),
    ].filter(([from, to]) => !from.endsWith(` ${to}`)),
    changes: accepted,
    leftOut: [
      ...structure.others.map((one) => ({
        component: one.name,
        what: whole(one),
        why: "a graph has a frontend, workers or prefill and decode, and a planner",
      })),
      ...(addsFrontend
        ? [
            {
              component: graph.frontend.name,
              what: "a frontend is added, with its Service",
              why: "the graph has none: write servedBy where another graph's frontends serve it",
            },
          ]
        : []),
      ...notMade(structure, rendered, i).map(([place, one]) => ({
        component: one.name,
        place,
        what: whole(one),
        why: refusals.find((refusal) => refusal.place === place)?.reason ?? "the stack can't have it",
      })),
      ...found
        .filter((one) => harmless(one) === undefined)
        .map((one) => ({
          component: one.of.name,
          place: one.place,
          what: describe(one),
          why: reasonOf(one, refused, refusals),
        })),
      ...unreadParts(structure, unread),
      ...ofService.map((what) => ({
        component: frontend?.name,
        place: "frontend" as const,
        what,
        why: "frontend.expose does not say it",
      })),
    ],
    harmless: found.flatMap((one) => {
      const why = harmless(one);
      return why === undefined ? [] : [{ ...one, why }];
    }),
  };
}

/** What nobody reads, of the graph and of the components that are imported. */
const unreadParts = ({ places }: Structure, unread: ReadonlyMap<string, readonly Unread[]>): LeftOut[] =>
  [["graph", { name: "" }] as const, ...places].flatMap(([place, { name }]) =>
    (unread.get(name) ?? []).map(({ path, value }) => ({
      component: name === "" ? "the graph" : name,
      place,
      what: `${path.join(".")}: ${shown(value)}`,
      why: "the import knows no such part",
    })),
  );

const whole = ({ type, fields }: Component) =>
  `the component, ${type === "" ? "without a type" : `a ${type}`} that runs ${text(fields.get("program")) || "its image's own command"}`;

/** What is left out, in a line. */
export function describe({ field, wanted, made }: Difference): string {
  const show = (value: unknown) => shown(Array.isArray(value) && value.length === 1 ? value[0] : value);
  const name = field.replace(/^(flag|again|planner|field\.|container\.|pod\.) ?/, "");
  if (wanted === undefined) return `${name} is added: ${show(made)}`;
  return made === undefined ? `${name}: ${show(wanted)}` : `${name}: ${show(wanted)} becomes ${show(made)}`;
}

function shown(value: unknown): string {
  const words = typeof value === "string" ? value : JSON.stringify(value);
  return words.length > 120 ? `${words.slice(0, 117)}…` : words;
}

function reasonOf(one: Difference, refused: Changes["refused"], refusals: readonly Refusal[]): string {
  if (/^flag --http-/.test(one.field))
    return "frontends listen at port 8000 of all addresses, where their Service and probes ask";
  const [, name = one.field] = /^\w+[ .](.+)$/.exec(one.field) ?? [];
  const change = refused.find(([{ differences: of }]) =>
    of.some(({ field, place }) => field === one.field && place === one.place),
  );
  const refusal = refusals.find(
    ({ place, item }) => place === one.place && JSON.stringify(item).includes(name),
  );
  if (refusal) return refusal.reason;
  if (change)
    return change[1].replace(
      /^transform changes (.*): use .*$/,
      "no setting says it, and transform may not change $1",
    );
  return one.wanted === undefined ? "the plan adds it" : "no setting says it, and transform may not";
}
