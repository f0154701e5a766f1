import { at, nameOf, text } from "../../gpus/manifest";
import { podContainersOf } from "../containers";
import { imageOf } from "../image";
import { objectRule } from "../rule";

export const oneDynamoVersion = objectRule({
  name: "one-dynamo-version",
  description: "All components of a graph run one version of Dynamo.",
  severity: "high",
  remedy:
    "Give all components the image tag of dynamo:runtime.version: frontends refuse workers of another version.",
  check({ manifest }, _, report) {
    if (manifest.kind !== "DynamoGraphDeployment") return;
    const versions = podContainersOf(manifest).flatMap(({ component, container }) => {
      const { tag } = imageOf(text(at(container, "image")));
      return at(container, "name") === "main" && tag !== undefined ? [{ component, tag }] : [];
    });
    if (new Set(versions.map(({ tag }) => versionOf(tag))).size > 1)
      report(
        `${nameOf(manifest)} mixes versions: ${versions.map(({ component, tag }) => `${component} ${tag}`).join(", ")}`,
      );
  },
});

/** The version that a tag begins with, as 1.2.1 of 1.2.1-cuda13; else the tag. */
function versionOf(tag: string): string {
  return /^v?(\d+\.\d+\.\d+)/.exec(tag)?.[1] ?? tag;
}
