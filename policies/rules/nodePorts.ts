import { z } from "zod";
import { at, list, nameOf } from "../../plan/manifest";
import { stackRule } from "../rule";

export const nodePorts = stackRule({
  name: "node-ports",
  description: "Node ports are written, in the cluster's range, used once, and not reserved.",
  severity: "medium",
  remedy: "Write another port in dynamo:graphs[].frontend.expose.nodePort.",
  settings: z.object({
    lowest: z.int().default(30000).describe("Lowest port of the range."),
    highest: z.int().default(32767).describe("Highest port of the range."),
    reserved: z
      .array(z.int())
      .default([30100])
      .describe("Ports that belong to others, such as the single-node graph's 30100."),
  }),
  check(objects, { lowest, highest, reserved }, report) {
    const users = new Map<number, string>();
    for (const { manifest, urn } of objects) {
      if (manifest.kind !== "Service" || at(manifest, "spec", "type") !== "NodePort") continue;
      for (const port of list(at(manifest, "spec", "ports"))) {
        const nodePort = at(port, "nodePort");
        const tell = (message: string) => report(`${nameOf(manifest)} ${message}`, urn);
        if (typeof nodePort !== "number") {
          tell("leaves its node port to the cluster");
          continue;
        }
        if (nodePort < lowest || nodePort > highest)
          tell(`has node port ${nodePort}, outside of ${lowest} to ${highest}`);
        if (reserved.includes(nodePort)) tell(`has node port ${nodePort}, which is reserved`);
        const user = users.get(nodePort);
        if (user) tell(`has node port ${nodePort}, which ${user} has too`);
        else users.set(nodePort, nameOf(manifest));
      }
    }
  },
});
