import { z } from "zod";
import { at, nameOf, notKnown, text } from "../../gpus/manifest";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { objectRule } from "../rule";

/** Kinds that make objects which no plan shows: Helm's charts, and what other controllers fetch. */
const unseen = [
  /^helm\.sh\/.*:Release$/,
  /^argoproj\.io\/.*:Application(Set)?$/, // Argo CD
  /^.*\.toolkit\.fluxcd\.io\/.*:(HelmRelease|Kustomization)$/, // Flux
  /^fleet\.cattle\.io\/.*:(GitRepo|HelmOp|Bundle)$/, // Fleet
  /^helm\.cattle\.io\/.*:HelmChart(Config)?$/, // k3s and RKE2
  /^helm(\.m)?\.crossplane\.io\/.*:Release$/, // Crossplane
  /^pulumi\.com\/.*:(Stack|Program)$/, // Pulumi's operator
];

export const gpusOutsideGraphs = objectRule({
  name: "gpus-outside-graphs",
  description: "GPUs are taken by graphs alone.",
  severity: "high",
  remedy: "Make it a component of a DynamoGraphDeployment, or have the object allowed in policies/config/.",
  settings: z.strictObject({
    allowed: z
      .array(z.string())
      .default([])
      .describe("Objects that may take GPUs all the same, such as Job dynamo/download."),
  }),
  check({ manifest }, { allowed }, report) {
    if (manifest.kind === "DynamoGraphDeployment" || allowed.includes(nameOf(manifest))) return;
    const mayBeAllowed = ["name", "namespace"].some((part) => at(manifest, "metadata", part) === notKnown);
    if (allowed.length > 0 && mayBeAllowed) return; // until its name is known
    const kind = `${text(manifest.apiVersion)}:${text(manifest.kind)}`;
    if (unseen.some((one) => one.test(kind)))
      report(`${nameOf(manifest)} makes objects that are not in this plan, and may take GPUs`);
    for (const { component, object, pod } of workloadsOf(manifest).workloads) {
      const { asks, claims } = podGpus(pod);
      if (asks.length + claims.length > 0 && !allowed.includes(object))
        report(`${object}: ${component} takes GPUs outside of a graph`);
    }
  },
});
