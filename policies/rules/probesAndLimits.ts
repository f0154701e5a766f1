import { workloadsOf } from "../../plan/gpus/workloads";
import { at, list, nameOf } from "../../plan/manifest";
import { containersOf } from "../containers";
import { objectRule } from "../rule";

/** Kinds whose pods run to their end: nobody asks these whether they are ready. */
const finite = ["Job", "CronJob", "ScaledJob", "DynamoCheckpoint"];

export const probesAndLimits = objectRule({
  name: "probes-and-limits",
  description: "Containers have limits of CPU and memory, and pods that go on running have probes.",
  severity: "low",
  level: "advisory",
  remedy:
    "Write resources.limits of each container, and a readinessProbe and a livenessProbe of the main one.",
  check({ manifest }, _, report) {
    for (const { workload, name, container } of containersOf(manifest))
      for (const resource of ["cpu", "memory"])
        if (
          workload.type === undefined && // components of graphs get theirs from the operator
          at(container, "resources", "limits", resource) === undefined
        )
          report(`${nameOf(manifest)}: ${name} has no limit of ${resource}`);
    for (const { type, component, pod } of workloadsOf(manifest).workloads)
      for (const probe of ["readinessProbe", "livenessProbe"])
        if (
          type === undefined &&
          !finite.includes(String(manifest.kind)) &&
          !list(at(pod, "containers")).some((container) => at(container, probe) !== undefined)
        )
          report(`${nameOf(manifest)}: ${component} has no ${probe}`);
  },
});
