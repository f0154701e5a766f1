/** Devices of dynamic resource allocation. */
import { isGpuClass } from "../config/accelerators";
import { groupKindOf, kindOf } from "./kinds";
import { at, list, notKnown, text } from "./manifest";
import { wholeCount } from "./quantity";

/** Counts of devices by class. A claim may leave a count to the cluster; then it is uncounted. */
interface ClaimedDevices {
  readonly byClass: Readonly<Record<string, number>>;
  readonly uncounted: readonly string[];
}

/** Devices that a ResourceClaim gives to its pods together, or a ResourceClaimTemplate to each pod that uses it. */
export function claimedDevices(object: unknown): ClaimedDevices {
  const spec = at(object, "spec");
  const requests = at(
    kindOf(object) === "ResourceClaimTemplate" ? at(spec, "spec") : spec,
    "devices",
    "requests",
  );
  const byClass = new Map<string, number>();
  const uncounted: string[] = requests === notKnown ? ["its devices are not known yet"] : [];
  for (const request of list(requests)) {
    // `exactly` came with v1beta2; `firstAvailable` lists alternatives, of which the greediest counts.
    const alternatives = at(request, "firstAvailable");
    const exactly = at(request, "exactly");
    // Of v1beta1 the request is what it asks for, whatever else it has.
    const ofRequest = exactly === undefined || classOf(request) !== "" ? [request] : [];
    const options = [...ofRequest, ...(exactly === undefined ? [] : [exactly]), ...list(alternatives)].filter(
      (option) => isGpuClass(classOf(option)),
    );
    const counts = options.map((option) => {
      if (at(option, "adminAccess") === true) uncounted.push("it reaches devices that others use");
      const devices = wholeCount(at(option, "count") ?? 1);
      const mode = at(option, "allocationMode");
      if (devices === notKnown || mode === notKnown)
        uncounted.push("the number of its devices is not known yet: write it");
      else if (devices >= 0 && mode !== "All") return devices;
      else uncounted.push("the number of its devices is not written");
      return 0;
    });
    if (alternatives === notKnown) uncounted.push("its devices are not known yet");
    const [deviceClass = "devices"] = options.map(classOf).filter((name) => name !== "");
    byClass.set(deviceClass, (byClass.get(deviceClass) ?? 0) + Math.max(0, ...counts));
  }
  return { byClass: Object.fromEntries(byClass), uncounted };
}

const classOf = (option: unknown) => text(at(option, "deviceClassName"));

/** Whether an object makes a template of that name by itself: one of NVIDIA's ComputeDomain gives channels between nodes. */
export function makesTemplate(object: unknown, name: string): boolean {
  return (
    groupKindOf(object) === "resource.nvidia.com/ComputeDomain" &&
    at(object, "spec", "channel", "resourceClaimTemplate", "name") === name
  );
}
