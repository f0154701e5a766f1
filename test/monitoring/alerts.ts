/** The alerts that neither dev nor prod have: on servers of one member each, and on a graph that splits its work. */
import { join } from "node:path";
import { stringify } from "yaml";
import { stackConfig } from "../../config/schema";
import { planStack } from "../../plan/stack";
import { golden } from "../golden";

const graph = { name: "chat", model: "Qwen/Qwen2.5-1.5B-Instruct" };
const split = {
  ...graph,
  prefill: { scaling: { by: "hpa", max: 4 } },
  decode: { replicas: 2, gpus: 16, nodes: 2 },
};

const groupsOf = (config: object) => planStack(stackConfig.parse(config)).alerts;

/** File of the alerts as they were. */
export const alertsFile = join(golden, "alerts.yaml");

/** Each alert with its expression, how long it must hold, and what it says. */
export function otherAlerts(): string {
  const groups = [
    ...groupsOf({ discovery: { mode: "nats-etcd" } }),
    ...groupsOf({ runtime: { version: "1.6.1" }, graphs: [split] }),
  ];
  return stringify(groups, { lineWidth: 0 });
}
