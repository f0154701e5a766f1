/** GPUs that objects of the cluster take when all is scaled out. The program and its policies count with this alone. */

import { at, nameOf } from "../manifest";
import { wholeGpu } from "./accelerators";
import { gpusOf, totalGpus } from "./arithmetic";
import { claimedDevices } from "./claims";
import { podGpus } from "./podGpus";
import { plannerBudget, type Scaler, scalersOf } from "./scalers";
import { type Workload, workloadsOf } from "./workloads";

/** A component, or another workload, that takes GPUs. */
export interface GpuUse {
  readonly object: string;
  readonly namespace: string;
  readonly component: string;
  readonly type: string | undefined;
  /** As many as its scaler may make of it. */
  readonly replicas: number;
  readonly nodes: number;
  readonly perPod: number;
  readonly gpus: number;
  /** Of all pods, by resource or device class. */
  readonly byKind: Readonly<Record<string, number>>;
}

export interface GpuDemand {
  readonly uses: readonly GpuUse[];
  readonly gpus: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** What may take more GPUs than are counted, and why. */
  readonly uncounted: readonly string[];
}

/** The demand of objects as their manifests ask for it: of a stack, or of one object alone. */
export function gpuDemand(objects: readonly unknown[]): GpuDemand {
  const read = objects.map(workloadsOf);
  const workloads = read.flatMap((one) => one.workloads);
  const scalers = scalersOf(objects);
  const uncounted = read.flatMap((one) => one.uncounted);
  const tell = (why: string) => void uncounted.push(why);

  const uses = workloads.map((workload) => useOf(workload, objects, scalers, tell));
  for (const scaler of scalers)
    if (!workloads.some((workload) => isScaledBy(workload, scaler)))
      tell(`${scaler.object}: it scales ${scaler.target}, which is not in this plan`);
  uses.push(...plannedUses(workloads, uses, tell));

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
  tell: (why: string) => void,
): GpuUse {
  const { object, namespace, component, type, nodes, pod } = workload;
  const { byKind: asked, claims } = podGpus(pod);
  const claimed = claims.map((claim) => {
    const found = objects.find(
      (other) => at(other, "kind") === claim.kind && at(other, "metadata", "name") === claim.name,
    );
    if (found === undefined)
      tell(
        `${object}: ${component} claims devices by ${claim.kind} ${claim.name}, which is not in this plan`,
      );
    const { byClass, uncounted } = claimedDevices(found);
    for (const why of uncounted) tell(`${nameOf(found)}: ${why}`);
    return byClass;
  });
  const byKindOfPod = sumByKind([asked, ...claimed]);
  const perPod = totalGpus(Object.values(byKindOfPod));
  let { replicas } = workload;
  for (const scaler of scalers.filter((one) => isScaledBy(workload, one))) {
    if (Number.isFinite(scaler.most)) replicas = Math.max(replicas, scaler.most);
    else if (perPod > 0)
      tell(`${scaler.object}: how far it scales ${component} is not known: write a number`);
  }
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

/** What planners may add to the graphs that they are components of. */
function plannedUses(
  workloads: readonly Workload[],
  uses: readonly GpuUse[],
  tell: (why: string) => void,
): GpuUse[] {
  return workloads.flatMap((workload) => {
    const { object, namespace, component, type } = workload;
    const budget = plannerBudget(workload);
    if (budget === undefined) return [];
    if (budget < 0) {
      tell(`${object}: ${component} scales without a limit: give it --max-gpu-budget`);
      return [];
    }
    const graph = uses.filter((use) => use.object === object && use.namespace === namespace);
    const perPod = Math.max(0, budget - totalGpus(graph.map(({ gpus }) => gpus)));
    return [
      {
        object,
        namespace,
        component,
        type,
        replicas: 1,
        nodes: 1,
        perPod,
        gpus: perPod,
        byKind: { [wholeGpu]: perPod },
      },
    ];
  });
}

function sumByKind(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const count of counts)
    for (const [kind, gpus] of Object.entries(count)) if (gpus > 0) sum[kind] = (sum[kind] ?? 0) + gpus;
  return sum;
}
