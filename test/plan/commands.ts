/** Commands of a graph's containers, by component. */
import { stackConfig } from "../../config/schema";
import { dynamoGraphDeploymentSpec } from "../../plan/graph/v1alpha1";
import { planStack } from "../../plan/stack";

/** @param stack what differs from a stack of mode kubernetes */
export function commandsOf(version: string, graph: object, stack: object = {}): Record<string, string> {
  const graphs = [{ name: "demo", model: "org/model", ...graph }];
  const plan = planStack(
    stackConfig.parse({ runtime: { version }, platform: { apiVersion: "v1alpha1" }, graphs, ...stack }),
  );
  const spec = dynamoGraphDeploymentSpec.parse(plan.graphs[0]?.deployment.spec);
  return Object.fromEntries(
    Object.entries(spec.services).map(([name, { extraPodSpec }]) => {
      const { command = [], args = [] } = extraPodSpec.mainContainer;
      return [name, [...command, ...args].join(" ").replace("/bin/sh -c ", "")];
    }),
  );
}

export const natsEtcd = { discovery: { mode: "nats-etcd" } };
