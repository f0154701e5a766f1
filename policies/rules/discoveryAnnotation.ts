import { discoveryAnnotation as annotation } from "../../config/runtime/runtime";
import { at, nameOf } from "../../gpus/manifest";
import { objectRule } from "../rule";

export const discoveryAnnotation = objectRule({
  name: "discovery-annotation",
  description: "Graphs say by what they discover, and leave it to no default of an operator.",
  severity: "medium",
  level: "advisory",
  remedy: `Annotate the graph with ${annotation}: kubernetes or etcd.`,
  check({ manifest }, _, report) {
    if (manifest.kind !== "DynamoGraphDeployment") return;
    if (at(manifest, "metadata", "annotations", annotation) === undefined)
      report(
        `${nameOf(manifest)} discovers as its operator is set: another setting, or cluster, changes its mode`,
      );
  },
});
