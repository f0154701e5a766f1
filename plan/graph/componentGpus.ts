import { gpusOf } from "../../gpus/arithmetic";
import type { Component, ComponentGpus } from "./model";

/** GPUs of a component at full scale, and those that it may add to others. */
export function gpusOfComponent({ gpus, nodes, range, extraGpus }: Component): number {
  return gpusOf({ perPod: gpus?.perPod ?? 0, nodes, replicas: range.max }) + extraGpus;
}

/** GPUs as the container asks for them; undefined where it does not. */
export const askedFor = (gpus: ComponentGpus | undefined): ComponentGpus | undefined =>
  gpus === undefined || gpus.areClaimed ? undefined : { ...gpus, resource: gpus.askedAs ?? gpus.resource };
