import { gpuDemand } from "../../gpus/demand";

const gpu = "nvidia.com/gpu";
const metadata = { namespace: "dynamo", name: "llama" };
const pod = { containers: [{ resources: { limits: { [gpu]: 2 } } }] };
const deployment = (replicas?: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: { replicas, template: { spec: pod } },
});
const autoscaler = (maxReplicas: number, namespace = "dynamo") => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { namespace, name: "load" },
  spec: { maxReplicas, scaleTargetRef: { kind: "Deployment", name: "llama" } },
});
const worker = { componentType: "worker", resources: { limits: { gpu: "2" } } };
const decode = { ...worker, subComponentType: "decode" };
const graph = (services: object) => ({
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeployment",
  metadata,
  spec: { services },
});
const planner = (...args: string[]) => ({
  componentType: "planner",
  extraPodSpec: { mainContainer: { args } },
});
const claim = (name: string, count: number, kind = "ResourceClaimTemplate") => {
  const spec = { devices: { requests: [{ exactly: { deviceClassName: "gpu.nvidia.com", count } }] } };
  return {
    apiVersion: "resource.k8s.io/v1",
    kind,
    metadata: { namespace: "dynamo", name },
    spec: kind === "ResourceClaim" ? spec : { spec },
  };
};
const claiming = (resourceClaim: object, replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata,
  spec: { replicas, template: { spec: { resourceClaims: [resourceClaim] } } },
});

test.each([
  ["an object alone", [deployment()], 2],
  ["its replicas", [deployment(3)], 6],
  ["those that a scaler may make", [deployment(3), autoscaler(5)], 10],
  ["no fewer than are written", [deployment(3), autoscaler(2)], 6],
  ["nodes of a replica", [graph({ W: { ...worker, replicas: 2, multinode: { nodeCount: 3 } } })], 12],
  ["nodes that are not written", [graph({ W: { ...worker, multinode: {} } })], 4],
  ["a pod that makes a checkpoint", [graph({ W: { ...worker, checkpoint: { enabled: true } } })], 4],
  [
    "what a planner may add",
    [graph({ D: decode, P: planner("--max-gpu-budget=6", "--decode-engine-num-gpu=2") })],
    6,
  ],
  ["more, where it takes engines for smaller", [graph({ D: decode, P: planner("--max-gpu-budget=6") })], 12],
  [
    "the smallest engines of a planner, where a worker's role is not known",
    [
      graph({
        W: { ...worker, componentType: "worker" },
        P: planner("--max-gpu-budget=6", "--prefill-engine-num-gpu=1", "--decode-engine-num-gpu=2"),
      }),
    ],
    12,
  ],
  ["what it keeps at least", [graph({ D: decode, P: planner("--max-gpu-budget=1", "--min-endpoint=3") })], 6],
  ["devices of each pod", [claiming({ resourceClaimTemplateName: "a" }, 3), claim("a", 2)], 6],
  ["devices that pods share", [claiming({ resourceClaimName: "a" }, 3), claim("a", 2, "ResourceClaim")], 2],
])("%s counts", (_, objects, gpus) => {
  const demand = gpuDemand(objects);
  expect(demand).toMatchObject({ gpus, uncounted: [] });
  expect(Object.values(demand.byKind).reduce((sum, count) => sum + count, 0)).toBe(gpus);
});

test.each([
  [
    "a scaler of another namespace",
    [deployment(), autoscaler(5, "other")],
    "HorizontalPodAutoscaler other/load: it scales deployment/llama, which is not in this plan",
  ],
  [
    "a claim of another namespace",
    [{ ...claiming({ resourceClaimTemplateName: "a" }, 1), metadata: { name: "llama" } }, claim("a", 2)],
    "StatefulSet llama: llama claims devices by ResourceClaimTemplate a, which is not in this plan",
  ],
  [
    "a planner without a limit",
    [graph({ W: worker, P: planner("--max-gpu-budget=-1") })],
    "DynamoGraphDeployment dynamo/llama: P scales without a limit: give it --max-gpu-budget",
  ],
  [
    "a planner with a file",
    [graph({ W: worker, P: planner("--config=/etc/planner.yaml") })],
    "DynamoGraphDeployment dynamo/llama: how far P scales is not known: start dynamo.planner itself, with its GPU budget as a number in its arguments",
  ],
])("%s is told", (_, objects, why) => expect(gpuDemand(objects).uncounted).toEqual([why]));
