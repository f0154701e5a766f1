/** Memory of the GPUs of a pod, in GiB, as its resources and what it selects tell it. */
import { gkePartition, wholeGpu } from "../../config/accelerators";
import { notKnown } from "../manifest";
import { podGpus } from "../podGpus";
import { productsOf } from "../products";
import { memoryOfProduct, memoryOfSlice } from "./gpuProducts";

/** Of slices by MIG: of several sizes the smallest counts. */
export function memoryOfSlices(pod: unknown): number | undefined {
  const partitions = productsOf(pod, [gkePartition]);
  const slices = [...Object.keys(podGpus(pod).byKind), ...(partitions === notKnown ? [] : partitions)].map(
    memoryOfSlice,
  );
  const known = slices.filter((memory) => memory !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Of whole GPUs: of several products the smallest counts, and none where one is not known. */
export function memoryOfWhole(pod: unknown): number | undefined {
  if (Object.keys(podGpus(pod).byKind).some((kind) => kind !== wholeGpu)) return undefined;
  const products = productsOf(pod);
  if (products === notKnown) return undefined;
  const memories = products.map(memoryOfProduct);
  const known = memories.filter((memory) => memory !== undefined);
  return known.length === 0 || known.length < memories.length ? undefined : Math.min(...known);
}

/** What would tell the memory of a pod's GPUs. */
export function unknownMemory(pod: unknown): string {
  const products = productsOf(pod);
  return products === notKnown || products.length === 0
    ? "its GPUs' memory (dynamo:cluster.gpuMemory, or placement.gpuProduct)"
    : `the memory of ${products.join(" or ")} (dynamo:cluster.gpuMemory; nodes' labels tell products in full, such as NVIDIA-H100-80GB-HBM3)`;
}
