import { at, list, nameOf, notKnown, text } from "../../gpus/manifest";
import { workloadsOf } from "../../gpus/workloads";
import { podContainersOf } from "../containers";
import { objectRule } from "../rule";

/** Kinds whose pods run to their end: nobody asks these whether they are ready. */
const finite = ["Job", "CronJob", "ScaledJob", "DynamoCheckpoint"];

/** Kinds to whose containers someone else adds both: Dynamo's operator, and the owner of what a patch changes. */
const added = /^Dynamo(Graph|Component)Deployment|Patch$/;

export const probesAndLimits = objectRule({
  name: "probes-and-limits",
  description: "Containers have limits of CPU and memory, and pods that go on running have probes.",
  severity: "low",
  level: "advisory",
  remedy:
    "Write resources.limits of each container, and a readinessProbe and a livenessProbe of the main one.",
  check({ manifest }, _, report) {
    const kind = text(manifest.kind);
    if (added.test(kind)) return;
    const where = nameOf(manifest);
    for (const { name, container } of podContainersOf(manifest))
      for (const resource of ["cpu", "memory"])
        if (at(container, "resources", "limits", resource) === undefined)
          report(`${where}: ${name} has no ${resource} limit`);
    for (const { component, pod } of workloadsOf(manifest).workloads) {
      const containers = at(pod, "containers");
      const goesOn = !finite.includes(kind) && (at(pod, "restartPolicy") ?? "Always") === "Always";
      if (!goesOn || containers === notKnown) continue;
      for (const probe of ["readinessProbe", "livenessProbe"])
        if (!list(containers).some((container) => at(container, probe) !== undefined))
          report(`${where}: ${component} has no ${probe}`);
    }
  },
});
