import { some } from "../../config/printable";
import { at, list, text } from "../../gpus/manifest";
import { check, countOf, type Finding } from "../finding";
import { type Needs, neededPods } from "../needs";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the device classes that pods claim are there, and drivers offer devices. */
export function devices(needs: Needs, { deviceClasses, resourceSlices }: Snapshot): Finding[] {
  const classes = new Set([
    ...neededPods(needs).flatMap(({ claimedAs }) => claimedAs ?? []),
    ...needs.objects.flatMap((object) =>
      /^ResourceClaim/.test(text(at(object, "kind"))) ? classesIn(object) : [],
    ),
  ]);
  return [...classes].map((name) => {
    const { passed, failed, unknown } = check("DRA driver", name);
    for (const part of [deviceClasses, resourceSlices]) if (isUnread(part)) return unknown(part.unread);
    if (isUnread(deviceClasses) || isUnread(resourceSlices)) return unknown("");
    const names = deviceClasses.map(({ metadata }) => metadata.name);
    if (!names.includes(name))
      return failed(
        `there is no DeviceClass ${name} (there are ${some(names) || "none"})`,
        "install the DRA driver that makes it, such as NVIDIA's: it needs resource.k8s.io/v1 of Kubernetes 1.34",
      );
    const offered = resourceSlices.reduce((sum, slice) => sum + slice.devices, 0);
    return offered > 0
      ? passed(
          `${countOf(offered, "device")} of ${some([...new Set(resourceSlices.map(({ driver }) => driver))])}`,
        )
      : failed("no driver offers a device", "look at the driver's pods: kubectl get resourceslices");
  });
}

/** Classes of a claim or of a template of claims. */
function classesIn(claim: unknown): string[] {
  const spec = at(claim, "spec", "spec") ?? at(claim, "spec");
  return list(at(spec, "devices", "requests"))
    .flatMap((request) => [request, at(request, "exactly"), ...list(at(request, "firstAvailable"))])
    .map((request) => text(at(request, "deviceClassName")))
    .filter((name) => name !== "");
}
