/** GPUs that objects of the cluster take when all is scaled out. The program and its policies count with this alone. */

import { wholeGpu } from "../config/accelerators";
import { gpusOf, totalGpus } from "./arithmetic";
import { claimedDevices, makesTemplate } from "./claims";
import { at, nameOf, notKnown } from "./manifest";
import { isPlanned, plannerOf } from "./planner";
import { type PodClaim, podGpus } from "./podGpus";
import { nameIn, namespaceOf } from "./references";
import { type Scaler, scalersOf } from "./scalers";
import { type Workload, workloadsOf } from "./workloads";

/** A component, or another workload, that takes GPUs. */
export interface GpuUse {
  /** The object, for messages: `Deployment dynamo/trainer`. */
  readonly object: string;
  readonly namespace: string;
  readonly component: string;
  /** Type of a Dynamo component, in lower case; undefined of other workloads. */
  readonly type: string | undefined;
  /** As many as its scaler may make of it, and pods that run beside them. */
  readonly replicas: number;
  /** Pods of one replica, each on its own node. */
  readonly nodes: number;
  readonly perPod: number;
  /** GPUs of all pods. */
  readonly gpus: number;
  /** The same by resource or device class. */
  readonly byKind: Readonly<Record<string, number>>;
}

interface GpuDemand {
  readonly uses: readonly GpuUse[];
  readonly gpus: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** Reasons why more GPUs may be taken than are counted. */
  readonly uncounted: readonly string[];
}

/** The demand of objects as their manifests ask for it. */
export function gpuDemand(objects: readonly unknown[]): GpuDemand {
  const read = objects.map(workloadsOf);
  const workloads = read.flatMap((one) => one.workloads);
  const scalers = scalersOf(objects);
  const uncounted = read.flatMap((one) => one.uncounted);
  const report = (why: string) => void uncounted.push(why);
  const isSure = objects.every((object) =>
    [at(object, "metadata", "name"), at(object, "metadata", "namespace")].every((name) => name !== notKnown),
  );
  const plan = isSure ? "this plan" : "this plan as far as it is known";

  const uses = workloads.map((workload) => useOf(workload, objects, scalers, plan, report));
  for (const scaler of scalers)
    if (!workloads.some((workload) => isScaledBy(workload, scaler)))
      report(`${scaler.object}: it scales ${scaler.target}, which is not in ${plan}`);
  uses.push(...claimUses(objects, report), ...plannedUses(workloads, uses, report));

  const taking = uses.filter(({ gpus }) => gpus > 0);
  return {
    uses: taking,
    gpus: totalGpus(taking.map(({ gpus }) => gpus)),
    byKind: sumByKind(taking.map(({ byKind }) => byKind)),
    uncounted,
  };
}

const isScaledBy = ({ namespace, scaledAs }: Workload, scaler: Scaler) =>
  scaler.namespace === namespace && scaler.target === scaledAs;

function useOf(
  workload: Workload,
  objects: readonly unknown[],
  scalers: readonly Scaler[],
  plan: string,
  report: (why: string) => void,
): GpuUse {
  const { object, namespace, component, type, nodes, beside = 0, pod } = workload;
  const { byKind: asked, claims } = podGpus(pod);
  const claimed = claims.map((claim) => {
    const found = objects.find((other) => isClaimed(other, claim, namespace));
    const isMade = objects.some(
      (other) => namespaceOf(other) === namespace && makesTemplate(other, claim.name),
    );
    if (found === undefined && !(isMade && claim.kind === "ResourceClaimTemplate"))
      report(
        `${object}: ${component} claims devices by ${claim.kind} ${claim.name}, which is not in ${plan}`,
      );
    if (found === undefined || claim.kind === "ResourceClaim") return {}; // its pods share it: see claimUses
    const { byClass, uncounted } = claimedDevices(found);
    for (const why of uncounted) report(`${nameOf(found)}: ${why}`);
    return byClass;
  });
  const byKindOfPod = sumByKind([asGiven(asked, workload), ...claimed]);
  const perPod = totalGpus(Object.values(byKindOfPod));
  let { replicas } = workload;
  for (const scaler of scalers.filter((one) => isScaledBy(workload, one))) {
    if (scaler.max >= 0) replicas = Math.max(replicas, scaler.max);
    else if (perPod > 0)
      report(`${scaler.object}: how far it scales ${component} is not known: write a number`);
  }
  replicas += beside;
  const times = nodes * replicas;
  return {
    object,
    namespace,
    component,
    type,
    replicas,
    nodes,
    perPod,
    gpus: gpusOf({ perPod, nodes, replicas }),
    byKind: Object.fromEntries(Object.entries(byKindOfPod).map(([kind, count]) => [kind, count * times])),
  };
}

/** GPUs that pods ask for, by the names under which they get them. */
function asGiven(asked: Readonly<Record<string, number>>, { claimedAs }: Workload) {
  const { [wholeGpu]: whole = 0, ...others } = asked;
  return claimedAs === undefined ? asked : { ...others, [claimedAs]: whole };
}

const isClaimed = (object: unknown, { kind, name }: PodClaim, namespace: string) =>
  at(object, "kind") === kind &&
  nameIn(at(object, "metadata", "name")) === name &&
  namespaceOf(object) === namespace;

/** GPUs of ResourceClaims, which count once, however many pods share them. */
function claimUses(objects: readonly unknown[], report: (why: string) => void): GpuUse[] {
  return objects
    .filter((object) => at(object, "kind") === "ResourceClaim")
    .map((claim) => {
      const { byClass, uncounted } = claimedDevices(claim);
      for (const why of uncounted) report(`${nameOf(claim)}: ${why}`);
      const gpus = totalGpus(Object.values(byClass));
      return {
        object: nameOf(claim),
        namespace: namespaceOf(claim),
        component: nameIn(at(claim, "metadata", "name")),
        type: undefined,
        replicas: 1,
        nodes: 1,
        perPod: gpus,
        gpus,
        byKind: byClass,
      };
    });
}

/** GPUs that planners may add to the graphs that they are components of. */
function plannedUses(
  workloads: readonly Workload[],
  uses: readonly GpuUse[],
  report: (why: string) => void,
): GpuUse[] {
  return workloads.flatMap((workload) => {
    const { object, namespace, component, type } = workload;
    const planner = plannerOf(workload);
    if (planner === undefined) return [];
    if (!Number.isFinite(planner.budget)) {
      report(
        Number.isNaN(planner.budget)
          ? `${object}: how far ${component} scales is not known: start dynamo.planner itself, with its GPU budget as a number in its arguments`
          : `${object}: ${component} scales without a limit: give it --max-gpu-budget`,
      );
      return [];
    }
    const graph = workloads.filter((one) => one.object === object && one.namespace === namespace);
    const scaled = workloads.flatMap((worker, i) => {
      const use = uses[i];
      return use && use.perPod > 0 && graph.includes(worker) && isPlanned(worker, graph)
        ? [{ worker, use }]
        : [];
    });
    const sizes = scaled.map(({ worker, use: { perPod, nodes } }) => ({
      gpus: perPod * nodes,
      counted: planner.engineGpus(worker, perPod),
    }));
    // A replica may take more GPUs than the planner counts it for.
    const max = planner.budget * Math.max(1, ...sizes.map(({ gpus, counted }) => gpus / counted));
    const min = totalGpus(sizes.map(({ gpus }) => gpus * planner.minReplicas));
    const now = totalGpus(scaled.map(({ use }) => use.gpus));
    const gpus = Math.max(0, Math.ceil(Math.max(max, min)) - now);
    const use = { object, namespace, component, type, replicas: gpus, nodes: 1, perPod: 1, gpus };
    return [{ ...use, byKind: { [wholeGpu]: gpus } }];
  });
}

function sumByKind(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const count of counts)
    for (const [kind, gpus] of Object.entries(count))
      if (gpus > 0) sum.set(kind, (sum.get(kind) ?? 0) + gpus);
  return Object.fromEntries(sum);
}
