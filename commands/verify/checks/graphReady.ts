/** Whether the operator has done what the graph says, and all pods that the stack declares are Ready. */

import { at } from "../../../gpus/manifest";
import { graphLabel } from "../../../plan/graph/labels";
import { notObserved, notReady } from "../../../plan/graph/readiness";

import type { DeclaredGraph } from "../declared";
import type { Evidence } from "../evidence";
import { check, type Finding } from "../finding";
import { graphPods, isPodReady, podComponent, waitingPods } from "../graphPods";
import { Unread } from "../reading";

export function graphReady(graph: DeclaredGraph, { stack, cluster, at: now }: Evidence): Finding {
  const { passed, skipped, failed, waiting } = check("graph Ready", graph.name);
  const { deployments, pods } = cluster;
  const unread = [deployments, pods].find((part) => part instanceof Unread);
  if (unread) return (unread.isForbidden ? skipped : (why: string) => waiting(why, readAgain))(unread.reason);
  const name = `${graph.namespace}/${graph.deployment}`;
  const object = (deployments as object[]).find((each) => at(each, "metadata", "name") === graph.deployment);
  if (!object)
    return failed(
      `there is no DynamoGraphDeployment ${name} of this stack`,
      `someone has deleted it: run \`pulumi up --stack ${stack.name}\``,
    );

  const own = graphPods(graph, cluster);
  const counts = graph.services.map((service) => ({
    ...service,
    ready: own.filter((pod) => podComponent(pod) === service.component && isPodReady(pod)).length,
  }));
  // Of a component on several nodes each orchestrator counts the pods in its own way.
  const wrong = counts.filter(
    ({ nodes, ready, replicas, min = replicas }) => nodes === 1 && (ready < min || ready > replicas),
  );
  const problems = [
    ...notReady(object),
    ...notObserved(object),
    ...wrong.map(
      ({ component, ready, replicas, min = replicas }) =>
        `${component} has ${ready} of ${min === replicas ? replicas : `${min} to ${replicas}`} pods Ready`,
    ),
  ];
  if (problems.length === 0)
    return passed(
      `${name} is Ready: ${counts.map(({ component, ready }) => `${component} ${ready}`).join(", ")}`,
    );
  const waits = waitingPods(own, cluster, now);
  return waiting(
    [...problems, ...waits].join("; "),
    waits.length > 0
      ? `mend what the pods wait for: kubectl --namespace ${graph.namespace} describe pods --selector ${graphLabel}=${graph.deployment}`
      : "look at the log of the Dynamo operator, and whether it runs",
  );
}

const readAgain = "look whether the platform's CRDs are there, and at the API server";
