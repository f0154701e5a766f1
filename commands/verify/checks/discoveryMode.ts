/** Whether the pods of a graph really discover each other in the stack's mode. A mix of modes finds no workers. */
import type { V1Pod } from "@kubernetes/client-node";
import { discoveryAnnotation } from "../../../config/runtime/runtime";
import { at } from "../../../gpus/manifest";
import { podsOfOtherMode } from "../../stack/podDiscovery";
import type { DeclaredGraph } from "../declared";
import { type Evidence, graphEnv } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import { envOf, graphPods, isWorkerPod, podName } from "../graphPods";
import { Unread } from "../reading";
import { dynamoNamespaces, instancesIn, podsWithMetadata } from "./workersRegistered";

const name = "discovery mode";
const addresses = ["NATS_SERVER", "ETCD_ENDPOINTS"];

export function discoveryMode(graph: DeclaredGraph, evidence: Evidence): Finding {
  const { skipped, failed, waiting } = check(name, graph.name);
  const { stack, cluster } = evidence;
  if (cluster.deployments instanceof Unread) return skipped(cluster.deployments.reason);
  const object = cluster.deployments.find((each) => at(each, "metadata", "name") === graph.deployment);
  const { annotations, workersRegisterIn } = stack.runtime;
  const wanted = annotations[discoveryAnnotation];
  const again = `run \`pulumi up --stack ${stack.name}\``;
  if (!object) return failed("the graph is not there", again);
  const backend = at(object, "metadata", "annotations", discoveryAnnotation);
  // Its operator's default decides for a graph that ran without one: the pods show which that is.
  if (backend !== wanted && !(graph.adopted && backend === undefined))
    return failed(
      `annotation ${discoveryAnnotation} is ${backend ?? "missing"}, and mode ${stack.discoveryMode} takes ${wanted}`,
      `someone has changed it: ${again}`,
    );
  const pods = graphPods(graph, cluster);
  if (pods.length === 0) return waiting("the graph has no pods yet", "see graph Ready");
  const others = podsOfOtherMode(pods, stack.runtime);
  if (others.length > 0)
    return waiting(
      `${podList(others)} ${workersRegisterIn === "DynamoWorkerMetadata" ? "without" : "with"} DYN_DISCOVERY_BACKEND=kubernetes`,
      "the Dynamo operator takes no notice of the mode: look at the version of its image, and whether it runs",
    );
  return workersRegisterIn === "DynamoWorkerMetadata"
    ? inKubernetes(
        graph,
        pods,
        graphEnv(object).map((variable) => at(variable, "name")),
        evidence,
      )
    : inEtcd(graph, evidence);
}

/** No pod may know NATS or etcd. */
function inKubernetes(
  graph: DeclaredGraph,
  pods: readonly V1Pod[],
  written: readonly unknown[],
  { stack, cluster }: Evidence,
): Finding {
  const { passed, skipped, failed, waiting } = check(name, graph.name);
  const has = (pod: V1Pod, variable: string) => Boolean(envOf(pod).get(variable));
  const { ignoredAddresses, releaseLine } = stack.runtime;
  const harmless = addresses.filter(
    (variable) => !written.includes(variable) && ignoredAddresses.includes(variable),
  );
  const wrong = addresses.filter((variable) => !harmless.includes(variable));
  const mixed = pods.filter((pod) => wrong.some((variable) => has(pod, variable)));
  if (mixed.length > 0) {
    const variables = wrong.filter((variable) => mixed.some((pod) => has(pod, variable)));
    return failed(
      `${podList(mixed)} with ${variables.join(" and ")}`,
      written.some((variable) => variables.includes(String(variable)))
        ? `the graph sets it: take it out of its transform, and run \`pulumi up --stack ${stack.name}\``
        : "the platform's operator injects it: install the platform without NATS and etcd (docs of its chart: global.nats.install=false, global.etcd.install=false)",
    );
  }
  const { workerMetadata } = cluster;
  if (workerMetadata instanceof Unread) return skipped(workerMetadata.reason);
  const known = podsWithMetadata(workerMetadata);
  const workers = pods.filter(isWorkerPod);
  const registered = workers.filter((pod) => known.has(podName(pod))).length;
  if (registered === 0 && workers.length > 0)
    return waiting(
      "no worker has a DynamoWorkerMetadata",
      "look at the workers' logs, and whether the platform has the CRD DynamoWorkerMetadata",
    );
  const injected = harmless.filter((variable) => pods.some((pod) => has(pod, variable)));
  const note =
    injected.length > 0
      ? `; ${injected.join(" and ")} of the operator, which runtime ${releaseLine} leaves alone`
      : "";
  return passed(`kubernetes: ${registered} DynamoWorkerMetadata${note}`);
}

/** Workers have keys in etcd, and NATS connections of the graphs' user where NATS carries anything. */
function inEtcd(graph: DeclaredGraph, { cluster, etcd, nats, natsUser }: Evidence): Finding {
  const { passed, skipped, waiting } = check(name, graph.name);
  const keys = etcd instanceof Unread ? etcd : etcd?.keys;
  if (keys instanceof Unread)
    return keys.isForbidden
      ? skipped(keys.reason)
      : waiting(`etcd's keys can't be read: ${keys.reason}`, "mend etcd first");
  const instances = keys && instancesIn(keys, dynamoNamespaces(graph, cluster)).size;
  if (instances === 0)
    return waiting(
      "etcd has no key of the graph's workers",
      "look at the workers' logs: do they reach etcd, and does it take their password?",
    );
  const inKeys =
    instances === undefined ? "etcd is someone else's" : `etcd: keys of ${countOf(instances, "worker")}`;
  if (nats === undefined) return passed(`${inKeys}; NATS is someone else's`);
  if (nats instanceof Unread) return waiting(`${inKeys}; NATS can't be asked: ${nats.reason}`, "see NATS");
  if (natsUser instanceof Unread) return skipped(`${inKeys}; ${natsUser.reason}`);
  const users = nats.flatMap(({ status }) => (status instanceof Unread ? [] : status.users));
  const connections = users.filter((user) => natsUser === undefined || user === natsUser).length;
  if (connections > 0)
    return passed(`${inKeys}; NATS: ${countOf(connections, "connection")} of ${natsUser ?? "anyone"}`);
  if (graph.services.some(({ natsClient }) => natsClient))
    return waiting(
      `${inKeys}; NATS has no connection of ${natsUser ?? "the graphs"}`,
      "look at the pods' logs: do they reach NATS, and does it take their password?",
    );
  return skipped(
    `${inKeys}; NATS has no connection, and needs none: requests go by TCP, and no KV events are sent`,
  );
}

function podList(pods: readonly V1Pod[]): string {
  const [first, ...more] = pods.map(podName);
  return `pod ${first}${more.length > 0 ? ` and ${countOf(more.length, "other")}` : ""}`;
}
