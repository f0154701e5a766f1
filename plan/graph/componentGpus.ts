import { gpusOf } from "../../gpus/arithmetic";
import type { Component } from "./model";

/** GPUs of a component at full scale, and those that it may add to others. */
export function gpusOfComponent({ gpus, nodes, range, extraGpus }: Component): number {
  return gpusOf({ perPod: gpus?.perPod ?? 0, nodes, replicas: range.max }) + extraGpus;
}
