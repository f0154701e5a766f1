/** Patches: they change objects of which the rest is not in the plan. */
import { containersOf } from "./containers";
import { isOwn } from "./kinds";
import { at, list, record, text } from "./manifest";
import { without } from "./reading";

/** Parts of an object that say which it is, and labels, which change nothing of what it takes. */
const names = ["apiVersion", "kind", "metadata"];
const harmlessMetadata = ["name", "namespace", "labels"];

/**
 * Reasons why a patch may change how many pods there are, or what they run, beside the pods that it writes itself.
 * Of Kubernetes' own workloads a template may be patched, but not what its containers run; of what Dynamo, KEDA and others
 * count by nothing but labels.
 */
export function changesMore(patch: unknown, makesPods: boolean): string[] {
  const why = "it changes an object of which the rest is not in this plan: write that object instead";
  if (!makesPods) return counts(patch) ? [why] : [];
  const metadata = Object.keys(without(at(patch, "metadata"), ...harmlessMetadata, "annotations"));
  if (!isOwn(patch)) {
    const annotations = Object.keys(record(at(patch, "metadata", "annotations")));
    const others = Object.keys(without(patch, ...names));
    return others.length + annotations.length + metadata.length > 0 ? [why] : [];
  }
  const spec = at(patch, "spec");
  const pod = at(spec, "template", "spec") ?? at(spec, "jobTemplate", "spec", "template", "spec");
  const others = Object.keys(without(spec, "template", "jobTemplate", "containers", "selector"));
  const runs = [...containersOf(pod), ...containersOf(spec)].some((container) =>
    ["command", "args", "env", "envFrom"].some((field) => at(container, field) !== undefined),
  );
  const ofJob = Object.keys(without(at(spec, "jobTemplate", "spec"), "template"));
  return others.length + ofJob.length > 0 || runs || list(at(pod, "resourceClaims")).length > 0 ? [why] : [];
}

/** Kinds without pods that say what pods get: of these, nothing may be patched but names and labels. */
const givers =
  /^(HorizontalPodAutoscaler|ResourceClaim|ResourceClaimTemplate|DeviceClass|RuntimeClass)Patch$/;

function counts(patch: unknown): boolean {
  return givers.test(text(at(patch, "kind"))) && Object.keys(without(patch, ...names)).length > 0;
}
