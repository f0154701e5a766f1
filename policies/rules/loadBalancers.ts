import { at, list, nameOf, notKnown } from "../../plan/manifest";
import { objectRule } from "../rule";

/** A range of all addresses, however it is written: 0.0.0.0/0, ::/0. */
const everyone = /\/0+\s*$/;

export const loadBalancers = objectRule({
  name: "load-balancers",
  description:
    "Load balancers let in only the ranges that they name, and no Service claims addresses by externalIPs.",
  severity: "high",
  remedy: "List the ranges of your clients in dynamo:graphs[].frontend.expose.sourceRanges.",
  check({ manifest }, _, report) {
    if (manifest.kind !== "Service") return;
    if (list(at(manifest, "spec", "externalIPs")).length > 0)
      report(`${nameOf(manifest)} claims addresses by externalIPs: leave them out`);
    const ranges = at(manifest, "spec", "loadBalancerSourceRanges");
    if (at(manifest, "spec", "type") !== "LoadBalancer" || ranges === notKnown) return;
    if (list(ranges).length === 0 || list(ranges).some((range) => everyone.test(String(range))))
      report(
        `${nameOf(manifest)} is a load balancer that lets in everyone: write loadBalancerSourceRanges of its clients`,
      );
  },
});
