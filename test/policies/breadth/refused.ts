/** Objects with GPUs, or with what makes or scales them, by kinds: none may pass a budget of 4. */
import { annotations, image, metadata, nine, object, one } from "./make";

const container = (limits: object = {}) => ({ name: "main", image, resources: { limits } });
const podOf = (limits: object = nine) => ({ containers: [container(limits)] });
const template = (limits: object = nine) => ({ metadata: { labels: { a: "b" } }, spec: podOf(limits) });

export const refused: Readonly<Record<string, readonly object[]>> = {
  jobset: [
    object("jobset.x-k8s.io/v1alpha2", "JobSet", {
      replicatedJobs: [{ name: "a", replicas: 2, template: { spec: { template: template() } } }],
    }),
  ],
  pytorch: [
    object("kubeflow.org/v1", "PyTorchJob", {
      pytorchReplicaSpecs: { Worker: { replicas: 2, template: template() } },
    }),
  ],
  mpijob: [
    object("kubeflow.org/v2beta1", "MPIJob", {
      mpiReplicaSpecs: { Worker: { replicas: 2, template: template() } },
    }),
  ],
  volcano: [object("batch.volcano.sh/v1alpha1", "Job", { tasks: [{ replicas: 4, template: template() }] })],
  argowf: [object("argoproj.io/v1alpha1", "Workflow", { templates: [{ container: container(nine) }] })],
  tekton: [
    object("tekton.dev/v1", "TaskRun", { taskSpec: { steps: [{ computeResources: { limits: nine } }] } }),
  ],
  knative: [object("serving.knative.dev/v1", "Service", { template: { spec: podOf() } })],
  kserve: [
    object("serving.kserve.io/v1beta1", "InferenceService", {
      predictor: { model: { resources: { limits: nine } } },
    }),
  ],
  llmisvc: [
    object("serving.kserve.io/v1alpha1", "LLMInferenceService", { replicas: 9, template: podOf(one) }),
  ],
  openkruise: [object("apps.kruise.io/v1alpha1", "CloneSet", { replicas: 9, template: template(one) })],
  kruiseASts: [object("apps.kruise.io/v1beta1", "StatefulSet", { replicas: 9, template: template(one) })],
  sandbox: [object("agents.x-k8s.io/v1alpha1", "Sandbox", { podTemplate: { spec: podOf() } })],
  jupyter: [object("kubeflow.org/v1", "Notebook", { template: { spec: podOf() } })],
  leaderworker: [
    object("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", {
      replicas: 3,
      leaderWorkerTemplate: { size: 3, workerTemplate: template(one) },
    }),
  ],
  grove: [
    object("grove.io/v1alpha1", "PodCliqueSet", {
      replicas: 2,
      template: { cliques: [{ name: "a", spec: { replicas: 5, podSpec: podOf(one) } }] },
    }),
  ],
  vcluster: [
    object("infrastructure.cluster.x-k8s.io/v1alpha1", "VCluster", { helmRelease: { values: "x" } }),
  ],
  virtualmachinePool: [
    object("pool.kubevirt.io/v1alpha1", "VirtualMachinePool", {
      replicas: 9,
      virtualMachineTemplate: {
        spec: {
          template: {
            spec: { domain: { devices: { gpus: [{ name: "a", deviceName: "nvidia.com/A100" }] } } },
          },
        },
      },
    }),
  ],
  nodeset: [object("slinky.slurm.net/v1beta1", "NodeSet", { replicas: 4, template: { spec: podOf() } })],
  flinkdep: [object("flink.apache.org/v1beta1", "FlinkDeployment", { podTemplate: template() })],
  sparkapp: [
    object("sparkoperator.k8s.io/v1beta2", "SparkApplication", {
      executor: { instances: 9, gpu: { name: "nvidia.com/gpu", quantity: 1 } },
    }),
  ],
  podtemplate: [{ apiVersion: "v1", kind: "PodTemplate", metadata: metadata, template: template() }],
  provreq: [
    object("autoscaling.x-k8s.io/v1", "ProvisioningRequest", {
      podSets: [{ count: 100, podTemplateRef: { name: "x" } }],
    }),
  ],
  kueueWorkload: [
    object("kueue.x-k8s.io/v1beta1", "Workload", { podSets: [{ count: 9, template: template(one) }] }),
  ],
  resourceslice: [
    object("resource.k8s.io/v1", "ResourceClaim", {
      devices: {
        requests: [
          { name: "a", firstAvailable: [{ name: "b", deviceClassName: "gpu.nvidia.com", count: 9 }] },
        ],
      },
    }),
  ],
  claimPrioritized: [
    object("resource.k8s.io/v1beta2", "ResourceClaim", {
      devices: { requests: [{ name: "a", exactly: { deviceClassName: "gpu.nvidia.com", count: 9 } }] },
    }),
  ],
  podlevel: [object("v1", "Pod", { resources: { limits: nine }, containers: [{ name: "a", image: image }] })],
  ephemeral: [
    object("v1", "Pod", {
      containers: [container()],
      ephemeralContainers: [{ name: "e", image: image, resources: { limits: nine } }],
    }),
  ],
  expnum: [object("v1", "Pod", podOf({ "nvidia.com/gpu": "1e1" }))],
  kilo: [object("v1", "Pod", podOf({ "nvidia.com/gpu": "9k" }))],
  milli: [object("v1", "Pod", podOf({ "nvidia.com/gpu": "9000m" }))],
  replicasString: [object("apps/v1", "Deployment", { replicas: "9", template: template(one) })],
  cron: [
    object("batch/v1", "CronJob", { jobTemplate: { spec: { parallelism: 9, template: template(one) } } }),
  ],
  completions: [object("batch/v1", "Job", { completions: 9, parallelism: 9, template: template(one) })],
  daemonset: [object("apps/v1", "DaemonSet", { template: template(one) })],
  hpaBehaviour: [
    object("apps/v1", "Deployment", { replicas: 1, template: template(one) }),
    object("autoscaling/v2", "HorizontalPodAutoscaler", {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
      maxReplicas: 99,
    }),
  ],
  vpaMultiDim: [
    object("apps/v1", "Deployment", { replicas: 1, template: template(one) }),
    object("autoscaling.gke.io/v1beta1", "MultidimPodAutoscaler", {
      scaleTargetRef: { kind: "Deployment", name: "x" },
      constraints: { global: { maxReplicas: 99 } },
    }),
  ],
  wpa: [
    object("apps/v1", "Deployment", { replicas: 1, template: template(one) }),
    object("datadoghq.com/v1alpha1", "WatermarkPodAutoscaler", {
      scaleTargetRef: { kind: "Deployment", name: "x" },
      maxReplicas: 99,
    }),
  ],
  ahpa: [
    object("autoscaling.alibabacloud.com/v1beta1", "AdvancedHorizontalPodAutoscaler", {
      scaleTargetRef: { kind: "Deployment", name: "y" },
      maxReplicas: 99,
    }),
  ],
  cronhpa: [
    object("autoscaling.alibabacloud.com/v1beta1", "CronHorizontalPodAutoscaler", {
      scaleTargetRef: { kind: "Deployment", name: "y" },
      jobs: [{ targetSize: 99 }],
    }),
  ],
  httpso: [
    object("http.keda.sh/v1alpha1", "HTTPScaledObject", {
      scaleTargetRef: { kind: "Deployment", name: "y" },
      replicas: { max: 99 },
    }),
  ],
  operatorCSV: [
    object("operators.coreos.com/v1alpha1", "ClusterServiceVersion", {
      install: { spec: { deployments: [{ spec: { replicas: 9, template: template(one) } }] } },
    }),
  ],
  subscription: [
    object("operators.coreos.com/v1alpha1", "Subscription", { config: { resources: { limits: nine } } }),
  ],
  kyvernoGen: [
    object("kyverno.io/v1", "ClusterPolicy", {
      rules: [{ generate: { kind: "Pod", data: { spec: podOf() } } }],
    }),
  ],
  kyvernoMut: [
    object("kyverno.io/v1", "ClusterPolicy", {
      rules: [{ mutate: { patchStrategicMerge: { spec: { replicas: 99 } } } }],
    }),
  ],
  gatekeeperAssign: [
    object("mutations.gatekeeper.sh/v1", "Assign", {
      location: "spec.replicas",
      parameters: { assign: { value: 99 } },
    }),
  ],
  mutatingPolicy: [
    object("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy", {
      mutations: [
        {
          patchType: "ApplyConfiguration",
          applyConfiguration: { expression: "Object{spec: Object.spec{replicas: 99}}" },
        },
      ],
    }),
  ],
  crossplaneObj: [
    object("kubernetes.crossplane.io/v1alpha2", "Object", {
      forProvider: { manifest: object("v1", "Pod", podOf()) },
    }),
  ],
  karmadaOverride: [
    object("policy.karmada.io/v1alpha1", "OverridePolicy", {
      overrideRules: [
        { overriders: { plaintext: [{ path: "/spec/replicas", operator: "replace", value: 99 }] } },
      ],
    }),
  ],
  clusterResourceSet: [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata,
      data: { "a.yaml": JSON.stringify(object("v1", "Pod", podOf())) },
    },
    object("addons.cluster.x-k8s.io/v1beta1", "ClusterResourceSet", {
      resources: [{ kind: "ConfigMap", name: "x" }],
    }),
  ],
  rgd: [
    object("kro.run/v1alpha1", "ResourceGraphDefinition", {
      resources: [{ id: "a", template: object("v1", "Pod", podOf()) }],
    }),
  ],
  runtimeclassOverhead: [
    { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: "x" }, handler: "nvidia" },
  ],
  dcd: [
    object("nvidia.com/v1alpha1", "DynamoComponentDeployment", {
      replicas: 9,
      resources: { limits: { gpu: "1" } },
    }),
  ],
  dgdsa: [
    object("nvidia.com/v1alpha1", "DynamoGraphDeploymentScalingAdapter", {
      replicas: 99,
      dgdRef: { name: "y", serviceName: "w" },
    }),
  ],
  upperKind: [object("v1", "pod", podOf())],
  weirdGroup: [object("APPS/v1", "Deployment", { replicas: 9, template: template() })],
  nestedList: [
    {
      apiVersion: "v1",
      kind: "List",
      items: [{ apiVersion: "v1", kind: "List", items: [object("v1", "Pod", podOf())] }],
    },
  ],
  podlist: [{ apiVersion: "v1", kind: "PodList", items: [{ metadata: metadata, spec: podOf() }] }],
  nim: [
    object("apps.nvidia.com/v1alpha1", "NIMService", {
      replicas: 9,
      resources: { limits: { "nvidia.com/gpu": 1 } },
    }),
  ],
  nimcache: [object("apps.nvidia.com/v1alpha1", "NIMCache", { resources: { gpus: 9 } })],
  ome: [object("ome.io/v1beta1", "InferenceService", { engine: { minReplicas: 9 } })],
  kaito: [
    object(
      "kaito.sh/v1beta1",
      "Workspace",
      {},
      { resource: { count: 9, instanceType: "Standard_NC24ads_A100_v4" } },
    ),
  ],
  skypilot: [object("skypilot.co/v1", "Task", { accelerators: "H100:8" })],
  karpenterClaim: [object("karpenter.sh/v1", "NodeClaim", { resources: { requests: nine } })],
  machineDeploy: [object("cluster.x-k8s.io/v1beta1", "MachineDeployment", { replicas: 9 })],
  envPlanner: [
    object(
      "nvidia.com/v1alpha1",
      "DynamoGraphDeployment",
      {
        services: {
          P: {
            componentType: "planner",
            extraPodSpec: {
              mainContainer: {
                image: image,
                command: ["python3", "-m", "dynamo.planner"],
                env: [{ name: "PLANNER_CONFIG", value: "{}" }],
                args: ["--config", "/etc/x.json"],
              },
            },
          },
          W: { componentType: "worker", resources: { limits: { gpu: "1" } } },
        },
      },
      { metadata: { ...metadata, annotations } },
    ),
  ],
};
