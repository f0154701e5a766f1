/** Devices that pods get by claims. */
import { claimedDevices, makesTemplate } from "./claims";
import { groupKindOf } from "./kinds";
import { at, nameOf } from "./manifest";
import type { PodClaim } from "./podGpus";
import { nameIn, namespaceOf } from "./references";
import type { Workload } from "./workloads";

/** Devices that each pod gets by a claim. */
export function claimedBy(
  { kind, name }: PodClaim,
  { object, namespace, component }: Workload,
  objects: readonly unknown[],
  plan: string,
  report: (why: string) => void,
): Readonly<Record<string, number>> {
  const near = objects.filter((other) => namespaceOf(other) === namespace);
  // Several of one name may be of several clusters.
  const found = near.filter(
    (other) =>
      groupKindOf(other) === `resource.k8s.io/${kind}` && nameIn(at(other, "metadata", "name")) === name,
  );
  const isMade = kind === "ResourceClaimTemplate" && near.some((other) => makesTemplate(other, name));
  if (found.length === 0 && !isMade) {
    const by = name === "" ? `a ${kind} that it does not name` : `${kind} ${name}, which is not in ${plan}`;
    report(`${object}: ${component} claims devices by ${by}`);
  }
  if (kind === "ResourceClaim") return {}; // its pods share it: see claimUses
  const claimed = found.map((one) => {
    const { byClass, uncounted } = claimedDevices(one);
    for (const why of uncounted) report(`${nameOf(one)}: ${why}`);
    return byClass;
  });
  const classes = new Set(claimed.flatMap((byClass) => Object.keys(byClass)));
  return Object.fromEntries(
    [...classes].map((one) => [one, Math.max(...claimed.map((byClass) => byClass[one] ?? 0))]),
  );
}
