import { z } from "zod";
import { groupKindOf, isUnseen } from "../../gpus/kinds";
import { nameOf } from "../../gpus/manifest";
import { operatorOfRelease } from "../../gpus/platformRelease";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { allowedObjects, mayBeAllowed, objectRule } from "../rule";

export const gpusOutsideGraphs = objectRule({
  name: "gpus-outside-graphs",
  description: "GPUs are taken by graphs alone.",
  severity: "high",
  remedy: "Make it a component of a DynamoGraphDeployment, or have the object allowed in policies/config/.",
  settings: z.strictObject({
    allowed: allowedObjects("Objects that may take GPUs all the same, such as Job dynamo/download."),
  }),
  check({ manifest }, { allowed }, report) {
    const isGraph = groupKindOf(manifest) === "nvidia.com/DynamoGraphDeployment";
    if (isGraph || mayBeAllowed(allowed, manifest)) return;
    if (isUnseen(manifest) && operatorOfRelease(manifest) === undefined)
      report(`${nameOf(manifest)} makes objects that are not in this plan, and may take GPUs`);
    for (const { component, object, pod } of workloadsOf(manifest).workloads) {
      const { asks, claims } = podGpus(pod);
      if (asks.length + claims.length > 0 && !allowed.includes(object))
        report(`${object}: ${component} takes GPUs outside of a graph`);
    }
  },
});
