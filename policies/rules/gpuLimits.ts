import { z } from "zod";
import { totalGpus } from "../../gpus/arithmetic";
import { gpuDemand } from "../../gpus/demand";
import type { GpuUse } from "../../gpus/use";
import { stackRule } from "../rule";

const settings = z.strictObject({
  perPod: z.int().min(0).default(8).describe("Maximum of a pod's GPUs."),
  perComponent: z.int().min(0).default(16).describe("Maximum of a component's GPUs, all its pods together."),
});

/** Limits of a stack whose file in policies/config/ sets none. */
export const defaultLimits = settings.parse({});

export const gpuLimits = stackRule({
  name: "gpu-limits",
  description: "No pod and no component, when it is scaled out, takes more GPUs than its limit.",
  severity: "high",
  remedy: "Lower gpus, nodes or replicas of the component, or have the limits raised in policies/config/.",
  settings,
  check(objects, { perPod, perComponent }, report) {
    const urns = new Map<unknown, string>(objects.map(({ manifest, urn }) => [manifest, urn]));
    // A leader and its workers are two uses of one component. Objects of one name may be of several clusters.
    const components = new Map<unknown, Map<string, GpuUse[]>>();
    for (const use of gpuDemand(objects.map(({ manifest }) => manifest)).uses) {
      const ofObject = components.get(use.manifest) ?? new Map<string, GpuUse[]>();
      components.set(use.manifest, ofObject);
      ofObject.set(use.component, [...(ofObject.get(use.component) ?? []), use]);
    }
    for (const uses of [...components.values()].flatMap((ofObject) => [...ofObject.values()])) {
      const [{ object, component, manifest } = { object: "", component: "", manifest: undefined }] = uses;
      const fail = (message: string) => report(`${object}: ${message}`, urns.get(manifest));
      for (const use of uses)
        if (use.perPod > perPod)
          fail(`a pod of ${component} takes ${use.perPod} GPUs, and the limit is ${perPod}`);
      const gpus = totalGpus(uses.map((use) => use.gpus));
      if (gpus > perComponent)
        fail(
          `${component} takes ${gpus} GPUs (${uses.map(factors).join(" + ")}), and the limit is ${perComponent}`,
        );
    }
  },
});

const factors = ({ perPod, nodes, replicas }: GpuUse) =>
  `${perPod} a pod x ${nodes} nodes x ${replicas} replicas`;
