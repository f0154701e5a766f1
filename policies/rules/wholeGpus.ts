import { nameOf, notKnown } from "../../gpus/manifest";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { objectRule } from "../rule";

export const wholeGpus = objectRule({
  name: "whole-gpus",
  description: "GPUs are asked for as whole numbers, with a request that equals the limit.",
  severity: "high",
  remedy: "Write the same whole number as request and limit, or the limit alone.",
  check({ manifest }, _, report) {
    for (const { component, pod } of workloadsOf(manifest).workloads)
      for (const { container, kind, request, limit } of podGpus(pod).asks) {
        const where = `${nameOf(manifest)}: container ${container} of ${component}`;
        for (const amount of [request, limit])
          if (typeof amount === "number" && !(Number.isInteger(amount) && amount >= 0))
            report(
              `${where} asks for ${Number.isNaN(amount) ? "no number of" : amount} ${kind}: write a whole number`,
            );
        if (limit === notKnown || request === notKnown || Number.isNaN(limit) || Number.isNaN(request))
          continue;
        if (limit === undefined) report(`${where} requests ${kind} without a limit: write the same limit`);
        else if (request !== undefined && request !== limit)
          report(`${where} requests ${request} ${kind} with a limit of ${limit}: make them equal`);
      }
  },
});
