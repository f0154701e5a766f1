import type { GraphConfig } from "../../config/graph";
import { isPinned } from "../../config/image";
import { engines } from "../engines/engines";
import type { GraphContext } from "./model";

/** The image of a graph's pods, or of a component that has one of its own: with the graph's tag where it has none. */
export function runtimeImage(
  { image, imageTag, backend }: GraphConfig,
  { runtime: { registry, version } }: GraphContext,
  own?: string,
): string {
  const named = own ?? image ?? `${registry}/${engines[backend].image}`;
  return isPinned(named) ? named : `${named}:${imageTag ?? version}`;
}
