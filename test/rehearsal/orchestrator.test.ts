/** Pods that Grove and LeaderWorkerSet make of a graph, as the stand-in renders them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { parse } from "yaml";
import { isFollower } from "../../plan/graph/labels";
import type { ComponentSpec, GraphResource } from "../../rehearsal/operator/graphResource";
import { isRolledByOperator } from "../../rehearsal/operator/orchestrator/choice";
import { countedComponents } from "../../rehearsal/operator/orchestrator/counts";
import { orchestratedPods } from "../../rehearsal/operator/orchestrator/pods";
import { render, whyRefused } from "../../rehearsal/operator/render";
import { observe } from "../../rehearsal/operator/status";

const runs = join(__dirname, "../../../shared/findings/operator/runs");
const isThere = existsSync(runs);
if (!isThere) console.warn(`skipped: there is no ${runs}`);

type Recorded = { metadata: V1Pod["metadata"]; spec: NonNullable<V1Pod["spec"]> };
const read = (run: string, file: string) => parse(readFileSync(join(runs, run, file), "utf8"));

/** What the API server, kwok and the scheduler add, and what the stand-in leaves out of a pod. */
const added = new Set([
  ...["scheme", "successThreshold", "terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy"],
  ...["dnsPolicy", "enableServiceLinks", "nodeName", "preemptionPolicy", "priority", "schedulerName"],
  ...["serviceAccount", "tolerations", "initContainers", "requests"],
  ...["nvidia.com/dynamo-operator-origin-version", "grove.io/pod-template-hash"],
]);

function comparable({ metadata, spec }: Recorded | V1Pod): object {
  const kept = { labels: metadata?.labels, annotations: metadata?.annotations, spec };
  return JSON.parse(
    JSON.stringify(kept, (key, value) => {
      if (added.has(key)) return undefined;
      if (key === "fieldRef") return { fieldPath: value.fieldPath };
      if (key === "volumes" || key === "volumeMounts")
        return value.filter(
          ({ name }: { name: string }) => !/^(kube-api-access-.*|wait-leader-script)$/.test(name),
        );
      return value;
    }),
  );
}

const byPlace = (pods: readonly (Recorded | V1Pod)[]) =>
  Object.fromEntries(
    pods.map((pod) => [`${pod.metadata?.generateName} ${pod.spec?.hostname}`, comparable(pod)]),
  );

describe.each([
  ["multi-node", "replicas"],
  ["disaggregated", "replicas"],
])("of the recorded run %s", (run, step) => {
  (isThere ? test : test.skip)("the pods are those that Grove made", () => {
    const [graph]: GraphResource[] = read(run, `${step}-v1alpha1.yaml`);
    const recorded: Recorded[] = read(run, `${step}-pods.yaml`);
    const pods = orchestratedPods(graph as GraphResource, { release: "1.4", orchestrator: "grove" });
    expect(byPlace(pods)).toEqual(byPlace(recorded));
  });

  (isThere ? test : test.skip)("the status is that of the operator, once they are Ready", () => {
    const [graph] = read(run, `${step}-v1alpha1.yaml`) as [GraphResource];
    const options = { release: "1.4", orchestrator: "grove" } as const;
    const pods = orchestratedPods(graph, options);
    const counted = countedComponents(graph, pods.map(running), pods, options);
    expect(observe(graph, [], "1.4", counted)).toEqual({
      state: graph.status?.state,
      reason: graph.status?.conditions?.[0]?.reason,
      message: graph.status?.conditions?.[0]?.message,
      services: graph.status?.services,
    });
  });
});

const running = (pod: V1Pod): V1Pod => ({
  ...pod,
  spec: { containers: [], ...pod.spec, nodeName: "gpu-node-0" },
  status: { conditions: [{ type: "Ready", status: "True" }] },
});
