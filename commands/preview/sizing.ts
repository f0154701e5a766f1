/**
 * What another tool proposes to make, held to a stack's budget: the manifests of NVIDIA's aiconfigurator (k8s_deploy.yaml), or the
 * graph that a DynamoGraphDeploymentRequest has in its status.
 */
import type { StackConfig } from "../../config/schema";
import { totalGpus } from "../../gpus/arithmetic";
import { at, list, type Manifest, nameOf, record, text } from "../../gpus/manifest";
import { engineMemory } from "../../gpus/memory/engineMemory";
import { costOfUse, rounded } from "../../gpus/price";
import { workloadsOf } from "../../gpus/workloads";
import { budgetedDemand, gpuBudget } from "../../policies/rules/gpuBudget";
import { modelsOf } from "../check/changesInPlace";
import { readObjects } from "../check/readObjects";
import { UserError } from "../cli/userError";
import type { PolicyReport } from "./applyPolicies";
import type { DryRun } from "./dryRun";
import { policyBudget } from "./policySettings";

export interface Sizing {
  readonly file: string;
  readonly graphs: readonly {
    /** As `DynamoGraphDeployment dynamo/chat`. */
    readonly object: string;
    readonly models: readonly string[];
    /** At full scale. */
    readonly gpus: number;
  }[];
  /** Graphs of the stack with the same model, in whose place they are counted; none: they are counted beside all. */
  readonly replaces: readonly string[];
  /** GPUs of all that is proposed. */
  readonly gpus: number;
  /** GPUs of the stack with it. */
  readonly total: number;
  /** Money of a day for what is proposed; undefined where a price is not known. */
  readonly costPerDay: { readonly amount: number; readonly currency: string } | undefined;
  /** What does not fit into the GPUs, and what is not known. */
  readonly warnings: readonly string[];
  /** Why the stack may not take it. */
  readonly refusals: readonly string[];
}

const graphKind = "DynamoGraphDeployment";

/** @throws UserError where the file has no graph */
export function readSizing(file: string): Manifest[] {
  const objects = readObjects([file])
    .flatMap(({ inputs }) => itemsOf(inputs))
    .map((object) => (object.kind === `${graphKind}Request` ? generatedBy(object, file) : object));
  if (!objects.some(({ kind }) => kind === graphKind))
    throw new UserError(
      `${file} sizes nothing: name a file with a ${graphKind}, as aiconfigurator's k8s_deploy.yaml, or a ${graphKind}Request with its status`,
    );
  return objects;
}

const itemsOf = (object: Manifest): Manifest[] =>
  text(object.kind).endsWith("List") ? list(object.items).map(record).flatMap(itemsOf) : [object];

/** The graph that an operator has generated. Some leave out its kind, which its place tells. */
function generatedBy(request: Manifest, file: string): Manifest {
  const status = at(request, "status");
  const graph = record(
    at(status, "generatedDeployment") ?? at(status, "profilingResults", "selectedConfig"), // v1alpha1, v1beta1
  );
  const { apiVersion = request.apiVersion, kind = graphKind } = graph;
  if (kind !== graphKind || at(graph, "spec") === undefined)
    throw new UserError(
      `${file}: ${nameOf(request)} has no generated graph in its status: wait until it is profiled, and give the output of kubectl get -o yaml`,
    );
  return { ...graph, apiVersion, kind };
}

export function judgeSizing(
  file: string,
  objects: readonly Manifest[],
  { outputs, policies }: { readonly outputs: DryRun["outputs"]; readonly policies: PolicyReport },
  { budget, cluster }: StackConfig,
): Sizing {
  const counted = policies.rules[gpuBudget.name]?.settings as Parameters<typeof budgetedDemand>[1];
  const demand = budgetedDemand(
    objects.map((manifest) => ({ urn: "", manifest })),
    counted,
  );
  const proposed = objects.filter(({ kind }) => kind === graphKind);
  const graphs = proposed.map((manifest) => ({
    object: nameOf(manifest),
    models: modelsOf(manifest).known,
    gpus: totalGpus(demand.uses.filter((use) => use.manifest === manifest).map(({ gpus }) => gpus)),
  }));
  const models = new Set(graphs.flatMap((graph) => graph.models));
  const replaced = Object.entries(outputs.graphs).filter(([, { source }]) => models.has(source ?? ""));
  const total =
    outputs.gpus.total - totalGpus(replaced.map(([name]) => outputs.gpus.byGraph[name] ?? 0)) + demand.gpus;
  const costs = demand.uses.map((use) => costOfUse(use, budget));
  const unpriced = [...new Set(costs.flatMap((cost) => cost.unpriced))];
  const perDay = costs.reduce((sum, cost) => sum + cost.perDay, 0);
  const fits = proposed
    .flatMap((manifest) => workloadsOf(manifest).workloads)
    .flatMap((workload) => engineMemory(workload, { gpuMemory: cluster.gpuMemory }));
  const allowed = policyBudget(policies.rules);
  const over = (limit: number | undefined, whose: string) =>
    limit === undefined || total <= limit
      ? []
      : [`the stack would take ${total} GPUs, and ${whose} ${limit}`];
  return {
    file,
    graphs,
    replaces: replaced.map(([name]) => name),
    gpus: demand.gpus,
    total,
    costPerDay: unpriced.length > 0 ? undefined : { amount: rounded(perDay), currency: budget.currency },
    warnings: [
      ...fits.flatMap(({ mistakes }) => mistakes),
      ...(unpriced.length > 0 ? [`the price of ${unpriced.join(", ")} is not known (dynamo:budget)`] : []),
    ],
    refusals: [
      ...over(budget.gpus, "dynamo:budget.gpus is"),
      ...over(allowed, "the policies allow"),
      ...demand.uncounted.map((why) => `GPUs that can't be counted: ${why}`),
    ],
  };
}
