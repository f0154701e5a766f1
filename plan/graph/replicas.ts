/** Replicas that a scaler owns, which the graph's manifest does not have. */
import { at, list, record, text } from "../../gpus/manifest";
import { fieldsOf } from "./graphFields";
import type { Component } from "./model";
import { readyReplicas } from "./readiness";

/**
 * Replicas that scaled components begin with, by name: their minimum, or as many as serve now in the graph whose place they
 * take, up to their maximum.
 * @param before that graph as the cluster has it; undefined where there is none
 */
export function startingReplicas(components: readonly Component[], before?: unknown): Record<string, number> {
  return Object.fromEntries(
    components.flatMap(({ name, role, scaling }) => {
      if (scaling === undefined) return [];
      const { min, max } = scaling;
      return [[name, Math.min(max, Math.max(min, serving(before, role)))]];
    }),
  );
}

/** Replicas of a role that serve in a graph of the cluster. */
function serving(graph: unknown, role: string): number {
  const [name, component] =
    Object.entries(fieldsOf(graph).components).find(([, { type }]) => type === role) ?? [];
  if (name === undefined) return 0;
  const status = at(graph, "status", "services", name) ?? at(graph, "status", "components", name);
  return Number(readyReplicas(status) ?? component?.replicas ?? 1);
}

/** Whether another than Pulumi keeps a component's replicas, so that they stay when Pulumi sets them no more. */
export function keptByOthers(graph: unknown, component: string): boolean {
  return list(at(graph, "metadata", "managedFields")).some((entry) => {
    const spec = at(entry, "fieldsV1", "f:spec");
    const fields = [
      at(spec, "f:services", `f:${component}`),
      at(spec, "f:components", `k:${JSON.stringify({ name: component })}`),
    ];
    return (
      !text(at(entry, "manager")).startsWith("pulumi-") &&
      fields.some((field) => record(field)["f:replicas"] !== undefined)
    );
  });
}
