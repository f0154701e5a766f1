import { z } from "zod";
import { totalGpus } from "../../plan/gpus/arithmetic";
import { type GpuUse, gpuDemand } from "../../plan/gpus/demand";
import { nameOf } from "../../plan/manifest";
import { stackRule } from "../rule";

export const gpuLimits = stackRule({
  name: "gpu-limits",
  description: "No pod and no component, when it is scaled out, takes more GPUs than its limit.",
  severity: "high",
  remedy: "Lower gpus, nodes or replicas of the component, or have the limits raised in policies/config/.",
  settings: z.object({
    perPod: z.int().min(0).default(8).describe("Most GPUs of a pod."),
    perComponent: z.int().min(0).default(16).describe("Most GPUs of a component, all its pods together."),
  }),
  check(objects, { perPod, perComponent }, report) {
    const { uses } = gpuDemand(objects.map(({ manifest }) => manifest));
    for (const use of uses) {
      const urn = objects.find(({ manifest }) => nameOf(manifest) === use.object)?.urn;
      if (use.perPod > perPod)
        report(
          `${use.object}: a pod of ${use.component} takes ${use.perPod} GPUs, and the limit is ${perPod}`,
          urn,
        );
      // A leader and its workers are two uses of one component.
      const all = uses.filter(
        ({ object, component }) => object === use.object && component === use.component,
      );
      const gpus = totalGpus(all.map((one) => one.gpus));
      if (gpus > perComponent && use === all[0])
        report(
          `${use.object}: ${use.component} takes ${gpus} GPUs (${all.map(factors).join(" + ")}), and the limit is ${perComponent}`,
          urn,
        );
    }
  },
});

const factors = ({ perPod, nodes, replicas }: GpuUse) =>
  `${perPod} a pod x ${nodes} nodes x ${replicas} replicas`;
