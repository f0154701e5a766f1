/** Rules on the devices of workers: by which name they ask for GPUs, and what they claim beside. */
import { gkePartition, isGpuClass, wholeGpu } from "./accelerators";
import type { Pool } from "./pools";
import type { ReportMistake } from "./report";

/** Slices of a GPU, and shares by turns: processes on them can't reach each other's memory, or are on the same GPU. */
const parts = /\/mig-|\.shared$|-MIG-|-SHARED$|^mig\./;

/** The resource, device class, product or label by which a pool asks for parts of GPUs; undefined where it asks for whole ones. */
function partOfGpu({ gpuResource, gpuDeviceClass = gpuResource, placement }: Pool): string | undefined {
  const asked = [gpuDeviceClass, placement?.gpuProduct ?? ""].find((name) => parts.test(name));
  return asked ?? placement?.nodeSelector?.[gkePartition];
}

/** Names that the program gives claims. */
const takenNames = ["gpus", "compute-domain-channel"];

/** Checks a pool's devices. */
export function checkDevices(pool: Pool, report: ReportMistake): void {
  const { key, gpus, gpuDeviceClass, nodes, resourceClaims } = pool;
  checkMemoryService(pool, report);
  const part = partOfGpu(pool);
  if (gpus > 1 && part !== undefined)
    report(
      [key, "gpus"],
      `must be 1 of ${part}, found ${gpus}: an engine can't spread a model over parts of GPUs; write larger parts, or more replicas`,
    );
  if (gpuDeviceClass !== undefined && !isGpuClass(gpuDeviceClass))
    report([key, "gpuDeviceClass"], `"${gpuDeviceClass}" has no GPUs: write it as resourceClaims`);
  else if (gpuDeviceClass !== undefined && nodes > 1)
    report(
      [key, "gpuDeviceClass"],
      "leaves the operator no GPUs to count, by which it starts workers of several nodes: write gpuResource",
    );
  for (const [i, { name }] of resourceClaims.entries())
    if (takenNames.includes(name) || resourceClaims.slice(0, i).some((other) => other.name === name))
      report([key, "resourceClaims", i, "name"], `"${name}" is the name of another claim: write another`);
}

/** The operator claims what the container asks for as `nvidia.com/gpu`, for all containers of the pod. */
function checkMemoryService(pool: Pool, report: ReportMistake): void {
  const { key, gpuMemoryService, gpuResource, gpuDeviceClass, nodes, checkpoint } = pool;
  const refuse = (message: string) => report([key, "gpuMemoryService"], message);
  if (checkpoint && nodes > 1)
    report([key, "checkpoint"], `is of workers on one node, and these have ${nodes}: remove it`);
  if (gpuMemoryService === undefined) return;
  if (gpuDeviceClass !== undefined)
    refuse("claims the GPUs itself: write its deviceClass in place of gpuDeviceClass, or remove it");
  else if (gpuResource !== wholeGpu)
    refuse(`shares GPUs that are asked for as ${wholeGpu}, found ${gpuResource}: remove one`);
  else if (nodes > 1) refuse(`is of workers on one node, and these have ${nodes}: remove it`);
}
