import { at, list, nameOf } from "../../plan/manifest";
import { objectRule } from "../rule";

/** Ranges of all addresses. */
const everyone = ["0.0.0.0/0", "::/0"];

export const loadBalancers = objectRule({
  name: "load-balancers",
  description:
    "Load balancers let in only the ranges that they name, and Services no addresses of their own.",
  severity: "high",
  remedy: "List the ranges of your clients in dynamo:graphs[].frontend.expose.sourceRanges.",
  check({ manifest }, _, report) {
    if (manifest.kind !== "Service") return;
    if (list(at(manifest, "spec", "externalIPs")).length > 0)
      report(`${nameOf(manifest)} takes addresses by externalIPs`);
    if (at(manifest, "spec", "type") !== "LoadBalancer") return;
    const ranges = list(at(manifest, "spec", "loadBalancerSourceRanges"));
    if (ranges.length === 0 || ranges.some((range) => everyone.includes(String(range))))
      report(`${nameOf(manifest)} is a load balancer that lets in everyone`);
  },
});
