import { z } from "zod";
import { groupKindOf, isUnseen } from "../../gpus/kinds";
import { at, nameOf, notKnown } from "../../gpus/manifest";
import { operatorOfRelease } from "../../gpus/platformRelease";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { allowedObjects, objectRule } from "../rule";

export const gpusOutsideGraphs = objectRule({
  name: "gpus-outside-graphs",
  description: "GPUs are taken by graphs alone.",
  severity: "high",
  remedy: "Make it a component of a DynamoGraphDeployment, or have the object allowed in policies/config/.",
  settings: z.strictObject({
    allowed: allowedObjects("Objects that may take GPUs all the same, such as Job dynamo/download."),
  }),
  check({ manifest }, { allowed }, report) {
    if (groupKindOf(manifest) === "nvidia.com/DynamoGraphDeployment" || allowed.includes(nameOf(manifest)))
      return;
    const mayBeAllowed = ["name", "namespace"].some((part) => at(manifest, "metadata", part) === notKnown);
    if (allowed.length > 0 && mayBeAllowed) return; // until its name is known
    if (isUnseen(manifest) && operatorOfRelease(manifest) === undefined)
      report(`${nameOf(manifest)} makes objects that are not in this plan, and may take GPUs`);
    for (const { component, object, pod } of workloadsOf(manifest).workloads) {
      const { asks, claims } = podGpus(pod);
      if (asks.length + claims.length > 0 && !allowed.includes(object))
        report(`${object}: ${component} takes GPUs outside of a graph`);
    }
  },
});
