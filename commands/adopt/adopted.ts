/** The settings by which a graph of a stack is one that runs already. */
import type { AdoptedConfig } from "../../config/adopted";
import type { StackConfig } from "../../config/schema";
import type { Manifest } from "../../gpus/manifest";
import { planStack } from "../../plan/stack";
import { changesToRun } from "./asItRuns";
import type { LiveGraph } from "./graphsInCluster";

/** A stack's settings with one of its graphs adopted otherwise, or not. */
export const withAdopted = (
  config: StackConfig,
  i: number,
  adopted: AdoptedConfig | undefined,
): StackConfig => ({
  ...config,
  graphs: config.graphs.map((graph, j) => (j === i ? { ...graph, adopted } : graph)),
});

/** `adopted` of a stack's graph, by which it goes on as it runs. */
export function adoptedAs(config: StackConfig, i: number, { name, manifest }: LiveGraph): AdoptedConfig {
  const deploymentIn = (settings: StackConfig) => planStack(settings).graphs[i]?.deployment;
  const inPlaceOf = deploymentIn(withAdopted(config, i, undefined))?.metadata.name ?? name;
  const adopted = { deployment: name, inPlaceOf, patch: [] };
  const planned = { ...deploymentIn(withAdopted(config, i, adopted)) } as Manifest;
  return { ...adopted, patch: changesToRun(planned, manifest) };
}
