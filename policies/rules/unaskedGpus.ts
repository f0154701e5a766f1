import { podGpus } from "../../plan/gpus/podGpus";
import { workloadsOf } from "../../plan/gpus/workloads";
import { at, list, nameOf, text } from "../../plan/manifest";
import { plainEnvOf } from "../containers";
import { objectRule } from "../rule";

/** Values by which NVIDIA's container runtime gives a container no GPU. */
const none = ["", "none", "void"];

export const unaskedGpus = objectRule({
  name: "unasked-gpus",
  description: "No pod reaches GPUs that it does not ask the scheduler for.",
  severity: "critical",
  remedy: "Ask for GPUs as resources: what the scheduler does not know is counted by no budget and no quota.",
  check({ manifest }, _, report) {
    for (const { where, name, value } of plainEnvOf(manifest))
      if (name === "NVIDIA_VISIBLE_DEVICES" && !none.includes(value))
        report(`${nameOf(manifest)}: ${where} sets ${name} to ${value}, past the device plugin`);
    for (const { component, pod } of workloadsOf(manifest).workloads) {
      const { asks, claims } = podGpus(pod);
      const runtimeClass = text(at(pod, "runtimeClassName"));
      if (asks.length + claims.length === 0 && /nvidia|gpu/.test(runtimeClass))
        report(`${nameOf(manifest)}: ${component} runs by RuntimeClass ${runtimeClass} and asks for no GPUs`);
      for (const volume of list(at(pod, "volumes"))) {
        const path = text(at(volume, "hostPath", "path"));
        if (/^\/(dev(\/(nvidia|dri|kfd).*)?\/?)?$/.test(path))
          report(`${nameOf(manifest)}: ${component} mounts ${path}, which holds the nodes' GPUs`);
      }
    }
  },
});
