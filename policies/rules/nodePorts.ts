import { z } from "zod";
import { whole } from "../../config/fields";
import { at, list, nameOf, text } from "../../gpus/manifest";
import { stackRule } from "../rule";

interface Use {
  readonly nodePort: number;
  readonly protocol: unknown;
  readonly urn: string;
  readonly name: string;
}

const port = whole(1, 65535);

export const nodePorts = stackRule({
  name: "node-ports",
  description: "Node ports are written, in the cluster's range, used once, and not reserved.",
  severity: "medium",
  remedy: "Write another port in dynamo:graphs[].frontend.expose.nodePort.",
  settings: z
    .strictObject({
      lowest: port.default(30000).describe("Lowest port of the range."),
      highest: port.default(32767).describe("Highest port of the range."),
      reserved: z
        .array(port)
        .default([30100])
        .describe("Ports that belong to others, such as the single-node graph's 30100."),
    })
    .refine(({ lowest, highest }) => lowest <= highest, {
      error: "leaves no port: write one that is not above highest",
      path: ["lowest"],
    }),
  check(objects, { lowest, highest, reserved }, report) {
    const uses: Use[] = [];
    for (const { manifest, urn } of objects) {
      const type = text(at(manifest, "spec", "type"));
      if (manifest.kind !== "Service" || !["NodePort", "LoadBalancer"].includes(type)) continue;
      const name = nameOf(manifest);
      const fail = (message: string) => report(`${name} ${message}`, urn);
      for (const port of list(at(manifest, "spec", "ports"))) {
        const nodePort = at(port, "nodePort");
        if (nodePort === undefined && type === "NodePort") fail("leaves its node port to the cluster");
        if (typeof nodePort !== "number") continue;
        if (nodePort < lowest || nodePort > highest)
          fail(`has node port ${nodePort}, outside of ${lowest} to ${highest}`);
        if (reserved.includes(nodePort)) fail(`has node port ${nodePort}, which is reserved`);
        // Within a Service, a port may have one number for both TCP and UDP.
        const protocol = at(port, "protocol") ?? "TCP";
        const other = uses.find(
          (use) => use.nodePort === nodePort && (use.urn !== urn || use.protocol === protocol),
        );
        if (other) fail(`has node port ${nodePort}, which ${other.name} has too`);
        uses.push({ nodePort, protocol, urn, name });
      }
    }
  },
});
