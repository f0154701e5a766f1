import { stringify } from "yaml";
import { gpuDemand } from "../../gpus/demand";
import fc from "../fastCheck";

const gpu = "nvidia.com/gpu";
const word = fc.stringMatching(/^[a-z][A-Za-z]{0,8}$/);
const name = fc.stringMatching(/^[A-Z][A-Za-z]{1,12}$/).filter((one) => !/^Resource(Claim|Slice)/.test(one));
const group = fc.oneof(
  fc.constantFrom("nvidia.com", "apps", "batch", "v1", "argoproj.io", "keda.sh", "monitoring.coreos.com"),
  fc.constantFrom(
    "leaderworkerset.x-k8s.io",
    "resource.k8s.io",
    "kubernetes.crossplane.io",
    "source.toolkit.fluxcd.io",
  ),
  word.map((one) => `${one}.example.com`),
);
const apiVersion = group.map((one) => (one === "v1" ? one : `${one}/v1`));
const kind = fc.oneof(
  fc.constantFrom(
    "Pod",
    "Deployment",
    "Job",
    "StatefulSet",
    "ConfigMap",
    "DynamoGraphDeployment",
    "ScaledJob",
    "Rollout",
    "PodMonitor",
    "PodList",
    "DynamoModelPatch",
    "DeploymentPatch",
    "CronJob",
    "LeaderWorkerSet",
    "PodTemplate",
    "ReplicaSetList",
    "DynamoComponentDeployment",
    "DynamoCheckpoint",
  ),
  name,
);

/** What asks for GPUs: amounts, a claim, a pod in an object, or one in text. */
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  spec: { containers: [{ resources: { limits: { [gpu]: 8 } } }] },
};
const asks = fc.constantFrom<object>(
  { resources: { limits: { [gpu]: 8 } } },
  { requests: { "amd.com/gpu": "8" } },
  { resourceClaims: [{ name: "a", resourceClaimTemplateName: "elsewhere" }] },
  { manifest: pod },
  { text: JSON.stringify(pod) },
  { text: `# of a chart\n---\n${stringify(pod)}` },
  { text: stringify({ apiVersion: "v1", kind: "List", items: [pod] }) },
  { items: [pod] },
  { limits: { "deviceclass.resource.kubernetes.io/gpu.nvidia.com": "1" } },
  { requests: { "nvidia.com/mig-1g.5gb": "1" } },
  { patch: [{ op: "add", path: "/spec/x", value: { limits: { [gpu]: "8" } } }] },
  { containers: [{ resources: { limits: { "example.com/accelerator": 1 } } }] },
  { kept: { apiVersion: "ray.io/v1", kind: "RayCluster", spec: {} } },
);

/** An ask at the end of a path of fields and lists. */
const hidden = fc
  .tuple(
    fc.array(fc.oneof(word, fc.constantFrom("spec", "template", "containers", "data")), { maxLength: 6 }),
    asks,
    fc.boolean(),
  )
  .map(([path, ask, inLists]) =>
    path.reduceRight<unknown>((inner, key) => ({ [key]: inLists ? [inner] : inner }), ask),
  );

test("GPUs that hide in any place of any kind are counted or told", () => {
  fc.assert(
    fc.property(apiVersion, kind, word, hidden, (version, what, field, value) => {
      fc.pre(!["apiVersion", "kind", "metadata"].includes(field));
      const object = {
        apiVersion: version,
        kind: what,
        metadata: { name: "a", namespace: "b" },
        [field]: value,
      };
      const { gpus, uncounted } = gpuDemand([object]);
      expect(gpus > 0 || uncounted.length > 0).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
