import { at, text } from "../../gpus/manifest";
import { graphLabel } from "../../plan/graph/labels";
import { type Amounts, requestsOf, sum } from "../requests";

export interface HeldRequests {
  readonly node: string;
  readonly namespace?: string;
  readonly graph?: string;
  readonly amounts: Record<string, number>;
}

/** Requests of pods by node: those of each graph, and of all others together. */
export function requestsByNode(pods: readonly unknown[]): HeldRequests[] {
  const held = new Map<string, { place: Omit<HeldRequests, "amounts">; all: Amounts[] }>();
  for (const pod of pods) {
    const node = text(at(pod, "spec", "nodeName"));
    if (node === "") continue; // it waits, and holds nothing
    const graph = text(at(pod, "metadata", "labels", graphLabel));
    const place = { node, ...(graph && { namespace: text(at(pod, "metadata", "namespace")), graph }) };
    const key = JSON.stringify(place);
    const known = held.get(key) ?? { place, all: [] };
    known.all.push(requestsOf(at(pod, "spec")));
    held.set(key, known);
  }
  return [...held.values()].map(({ place, all }) => ({ ...place, amounts: sum(all) }));
}
