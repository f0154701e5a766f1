import { z } from "zod";
import { at, list, nameOf, notKnown, text } from "../../gpus/manifest";
import { objectRule } from "../rule";

export const loadBalancers = objectRule({
  name: "load-balancers",
  description:
    "Load balancers let in only the ranges that they name, and no Service claims addresses by externalIPs.",
  severity: "high",
  remedy: "List the ranges of your clients in dynamo:graphs[].frontend.expose.sourceRanges.",
  settings: z.strictObject({
    shortestPrefix: z
      .int()
      .min(1)
      .default(8)
      .describe("Fewest bits that a range must fix: /7 and shorter let in everyone, in a few ranges."),
  }),
  check({ manifest }, { shortestPrefix }, report) {
    if (manifest.kind !== "Service") return;
    if (list(at(manifest, "spec", "externalIPs")).length > 0)
      report(`${nameOf(manifest)} claims addresses by externalIPs: leave them out`);
    const ranges = at(manifest, "spec", "loadBalancerSourceRanges");
    if (at(manifest, "spec", "type") !== "LoadBalancer" || ranges === notKnown) return;
    if (list(ranges).length === 0 || list(ranges).some((range) => prefixOf(range) < shortestPrefix))
      report(
        `${nameOf(manifest)} is a load balancer that lets in everyone: write loadBalancerSourceRanges of its clients`,
      );
  },
});

/** Bits that a range fixes, however it is written: none in 0.0.0.0/0 and ::/0. NaN where that is not known. */
const prefixOf = (range: unknown) => Number(/\/(\d+)\s*$/.exec(text(range))?.[1] ?? Number.NaN);
