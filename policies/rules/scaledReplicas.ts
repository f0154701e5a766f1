import { nameOf } from "../../gpus/manifest";
import { unknownName } from "../../gpus/references";
import { scalersOf } from "../../gpus/scalers";
import { workloadsOf } from "../../gpus/workloads";
import { stackRule } from "../rule";

export const scaledReplicas = stackRule({
  name: "scaled-replicas",
  description: "Replicas are written in one place: by the object, or by what scales it.",
  severity: "medium",
  remedy: "Leave replicas out of what is scaled: every update would undo the scaler's work.",
  check(objects, _, report) {
    const scalers = scalersOf(objects.map(({ manifest }) => manifest)).filter(
      ({ target, changesReplicas }) => changesReplicas && !target.includes(unknownName),
    );
    for (const { manifest, urn } of objects)
      for (const { component, namespace, scaledAs, replicasWritten } of workloadsOf(manifest).workloads) {
        const scaler = scalers.find((one) => one.namespace === namespace && scaledAs.includes(one.target));
        if (scaler && replicasWritten)
          report(`${nameOf(manifest)}: ${component} has replicas, and ${scaler.object} scales it`, urn);
      }
  },
});
