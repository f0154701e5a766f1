import { z } from "zod";
import { gpuDemand } from "../../plan/gpus/demand";
import { nameOf } from "../../plan/manifest";
import { objectRule } from "../rule";

export const gpuLimits = objectRule({
  name: "gpu-limits",
  description: "No pod and no component takes more GPUs than its limit.",
  severity: "high",
  remedy: "Lower gpus, nodes or replicas of the component, or have the limits raised in policies/config/.",
  settings: z.object({
    perPod: z.int().min(0).default(8).describe("Most GPUs of a pod."),
    perComponent: z.int().min(0).default(16).describe("Most GPUs of a component, all its pods together."),
  }),
  check({ manifest }, { perPod, perComponent }, report) {
    for (const use of gpuDemand([manifest]).uses) {
      if (use.perPod > perPod)
        report(
          `${nameOf(manifest)}: a pod of ${use.component} takes ${use.perPod} GPUs, and the limit is ${perPod}`,
        );
      if (use.gpus > perComponent)
        report(
          `${nameOf(manifest)}: ${use.component} takes ${use.gpus} GPUs (${use.perPod} a pod x ${use.nodes} nodes x ${use.replicas} replicas), and the limit is ${perComponent}`,
        );
    }
  },
});
