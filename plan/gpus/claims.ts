/** Devices of dynamic resource allocation. */
import { at, list, notKnown, record, text } from "../manifest";
import { quantity } from "./quantity";

/** Counts of devices by class. A claim may leave a count to the cluster; then it is uncounted. */
export interface ClaimedDevices {
  readonly byClass: Readonly<Record<string, number>>;
  readonly uncounted: readonly string[];
}

/** What a ResourceClaim, or a ResourceClaimTemplate, gives to each pod that uses it. */
export function claimedDevices(object: unknown): ClaimedDevices {
  const spec = at(object, "spec");
  const requests = at(
    at(object, "kind") === "ResourceClaimTemplate" ? at(spec, "spec") : spec,
    "devices",
    "requests",
  );
  const byClass: Record<string, number> = {};
  const uncounted: string[] = requests === notKnown ? ["its devices are not known yet"] : [];
  for (const request of list(requests)) {
    // `exactly` came with v1beta2; `firstAvailable` lists alternatives, of which the greediest counts.
    const alternatives = list(at(request, "firstAvailable"));
    const options = alternatives.length > 0 ? alternatives : [at(request, "exactly") ?? request];
    const counts = options.map((option) => {
      const count = quantity(at(option, "count") ?? 1);
      if (at(option, "allocationMode") === "All" || count === notKnown || !Number.isFinite(count)) {
        uncounted.push("the number of its devices is not written");
        return 0;
      }
      return Math.max(0, Math.ceil(count));
    });
    const [first] = options;
    const deviceClass = text(record(first).deviceClassName) || "devices";
    byClass[deviceClass] = (byClass[deviceClass] ?? 0) + Math.max(0, ...counts);
  }
  return { byClass, uncounted };
}
