/** GPUs that objects of the cluster take when all is scaled out. The program and its policies count with this alone. */

import { wholeGpu } from "../config/accelerators";
import { own } from "../config/own";
import { gpusOf, totalGpus } from "./arithmetic";
import { claimedBy } from "./claimedDevices";
import { claimedDevices } from "./claims";
import { groupKindOf, groupOf, isPatch } from "./kinds";
import { at, nameOf, notKnown, text } from "./manifest";
import { plannedUses } from "./planned";
import { type PodClaim, podGpus } from "./podGpus";
import { wholeCount } from "./quantity";
import { nameIn, namespaceOf } from "./references";
import { type Scaler, scalersOf } from "./scalers";
import type { GpuUse } from "./use";
import { type Workload, workloadsOf } from "./workloads";

interface GpuDemand {
  readonly uses: readonly GpuUse[];
  readonly gpus: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** Reasons why more GPUs may be taken than are counted. */
  readonly uncounted: readonly string[];
}

/** What is let through although it is not counted. */
interface Allowed {
  /** GPUs that each object of a kind takes that is not known, by kind and group: `ray.io/RayCluster`. @default none */
  readonly kinds?: Readonly<Record<string, number>>;
  /** Objects that need not be counted, as messages name them: `HorizontalPodAutoscaler dynamo/web`. @default none */
  readonly objects?: readonly string[];
}

/** The demand of objects as their manifests ask for it. */
export function gpuDemand(
  objects: readonly unknown[],
  { kinds = {}, objects: free = [] }: Allowed = {},
): GpuDemand {
  const told = objects.map((object) => toldUse(object, kinds));
  const counted = objects.filter((_, i) => !told[i]);
  const read = counted.map(workloadsOf);
  const workloads = read.flatMap((one) => one.workloads);
  const scalers = scalersOf(counted);
  const uncounted: string[] = [];
  const report = (why: string) => {
    if (!free.some((name) => why.startsWith(`${name}: `))) uncounted.push(why);
  };
  for (const [i, { uncounted, unknownKind }] of read.entries()) {
    for (const why of uncounted) report(why);
    if (unknownKind !== undefined && kinds[unknownKind] !== 0)
      report(
        unknownKind.startsWith("kustomize.config.k8s.io/")
          ? `${nameOf(counted[i])}: kustomize makes objects of it that are not here: hand in the output of kustomize build`
          : `${nameOf(counted[i])}: its kind is not known, and may make pods: tell in allowedKinds how many GPUs one of "${unknownKind}" takes, or 0`,
      );
  }
  const isSure = objects.every((object) =>
    [at(object, "metadata", "name"), at(object, "metadata", "namespace")].every((name) => name !== notKnown),
  );
  const plan = isSure ? "this plan" : "this plan as far as it is known";

  const devicesOf = (claim: PodClaim, workload: Workload) =>
    free.includes(`${claim.kind} ${workload.namespace}/${claim.name}`)
      ? {}
      : claimedBy(claim, workload, counted, plan, report);
  const uses = workloads.map((workload) => useOf(workload, scalers, devicesOf, report));
  for (const scaler of scalers)
    if (!workloads.some((workload) => isScaledBy(workload, scaler)))
      report(`${scaler.object}: it scales ${scaler.target}, which is not in ${plan}`);
  uses.push(
    ...claimUses(objects, report),
    ...plannedUses(workloads, uses, report),
    ...told.flatMap((use) => use ?? []),
  );

  const taking = uses.filter(({ gpus }) => gpus > 0);
  return {
    uses: taking,
    gpus: totalGpus(taking.map(({ gpus }) => gpus)),
    byKind: sumByKind(taking.map(({ byKind }) => byKind)),
    uncounted,
  };
}

const isScaledBy = ({ namespace, scaledAs }: Workload, scaler: Scaler) =>
  scaler.namespace === namespace && scaledAs.includes(scaler.target);

function useOf(
  workload: Workload,
  scalers: readonly Scaler[],
  devicesOf: (claim: PodClaim, workload: Workload) => Readonly<Record<string, number>>,
  report: (why: string) => void,
): GpuUse {
  const { object, manifest, namespace, component, type, nodes, beside = 0, pod } = workload;
  const { byKind: asked, claims } = podGpus(pod);
  const byKindOfPod = sumByKind([
    asGiven(asked, workload),
    ...claims.map((claim) => devicesOf(claim, workload)),
  ]);
  const perPod = totalGpus(Object.values(byKindOfPod));
  let { replicas } = workload;
  for (const scaler of scalers.filter((one) => isScaledBy(workload, one))) {
    if (scaler.max >= 0) replicas = Math.max(replicas, scaler.max);
    else if (perPod > 0)
      report(`${scaler.object}: how far it scales ${component} is not known: write a number`);
  }
  const surge = surgeOf(workload.surge, replicas);
  if (perPod > 0 && Number.isNaN(surge))
    report(`${object}: how many pods of ${component} a rollout may add is not known: write a number`);
  replicas += beside + (surge || 0);
  const times = nodes * replicas;
  return {
    object,
    manifest,
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

/** Replicas that a rollout adds for a while; NaN where that is not known. */
function surgeOf(surge: unknown, replicas: number): number {
  const percent = /^(\d+)%$/.exec(text(surge))?.[1];
  const added =
    percent === undefined ? wholeCount(surge ?? 0) : Math.ceil((Number(percent) / 100) * replicas);
  return added === notKnown ? Number.NaN : added;
}

/** GPUs that pods ask for, by the names under which they get them. */
function asGiven(asked: Readonly<Record<string, number>>, { claimedAs }: Workload) {
  const { [wholeGpu]: whole = 0, ...others } = asked;
  return claimedAs === undefined ? asked : { ...others, [claimedAs]: whole };
}

/** GPUs of ResourceClaims, which count once, however many pods share them. */
function claimUses(objects: readonly unknown[], report: (why: string) => void): GpuUse[] {
  return objects
    .filter((object) => groupKindOf(object) === "resource.k8s.io/ResourceClaim")
    .map((claim) => {
      const { byClass, uncounted } = claimedDevices(claim);
      for (const why of uncounted) report(`${nameOf(claim)}: ${why}`);
      return { ...onceUse(claim, totalGpus(Object.values(byClass))), byKind: byClass };
    });
}

/** GPUs that its kind is told to take, of an object of which nothing is counted; undefined where none are told. */
function toldUse(object: unknown, kinds: Readonly<Record<string, number>>): GpuUse | undefined {
  const { unknownKind } = workloadsOf(object);
  const kind = isPatch(object) ? `${groupOf(object)}/${text(at(object, "kind"))}` : unknownKind;
  const gpus = kind === undefined ? undefined : own(kinds, kind);
  return gpus === undefined || (gpus === 0 && !isPatch(object)) ? undefined : onceUse(object, gpus);
}

function onceUse(object: unknown, gpus: number): GpuUse {
  return {
    object: nameOf(object),
    manifest: object,
    namespace: namespaceOf(object),
    component: nameIn(at(object, "metadata", "name")),
    type: undefined,
    replicas: 1,
    nodes: 1,
    perPod: gpus,
    gpus,
    byKind: { [wholeGpu]: gpus },
  };
}

function sumByKind(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const count of counts)
    for (const [kind, gpus] of Object.entries(count))
      if (gpus > 0) sum.set(kind, (sum.get(kind) ?? 0) + gpus);
  return Object.fromEntries(sum);
}
