/** Written by `npm run docs` from the config's schema. */
import type { Input } from "@pulumi/pulumi";

/** Graphs of one namespace, runtime and plane, and that plane. */
export interface MonitoringArgs {
  /** The graphs to watch, as their components have them. */
  graphs?: GraphSettings[];
  /** The Dynamo runtime that frontends and workers run. */
  runtime?: RuntimeSettings;
  /** How frontends and workers find each other. */
  discovery?: DiscoverySettings;
  /** Mutual TLS of requests, NATS and etcd, from runtime 1.5 on ([what is encrypted](encryption.md)). Its beginning, its end and another issuer make new graphs beside the old. */
  encryption?: EncryptionSettings;
  /** The cluster's Dynamo platform, and what it stands on. */
  platform?: PlatformSettings;
  /** The cluster's kube-prometheus-stack. */
  monitoring?: MonitoringSettings;
  /** Images of the servers and Jobs that the stack runs, and access to all. */
  images?: ImagesSettings;
  /** Namespace of the graphs, which is there. Default: dynamo. */
  namespace?: Input<string>;
  /** Labels of all objects that it makes. Default: the stack's own. */
  labels?: Input<Record<string, Input<string>>>;
}

/** One DynamoGraphDeployment: a frontend and its workers. */
export interface GraphSettings {
  /** Name of the graph. The operator limits its length. */
  name: string;
  /** Model to serve, as Hugging Face names it. */
  model: string;
  /** Branch, tag or commit of the model at Hugging Face that workers load, and the Job of modelCache downloads. Default: its default branch. */
  modelRevision?: string;
  /** Name by which clients ask for the model. Default: the model's. */
  servedModelName?: string;
  /** Size of the model, by which a preview tells whether it fits into the GPUs; `npm run size -- config.json` writes it. Default: what its name tells. */
  modelSize?: ModelSizeSettings;
  /** Engine that runs the model. Default: vllm. */
  backend?: GraphBackend;
  /** Image of the graph's pods, with or without a tag or digest. Default: the backend's in runtime.registry. */
  image?: Input<string>;
  /** Tag of images that have none, for variants such as 1.4.2-efa-amd64. Default: runtime.version. */
  imageTag?: string;
  /** Env of all pods of the graph. */
  env?: EnvSettings[];
  /** The graph's HTTP entry, compatible with OpenAI's API. */
  frontend?: FrontendSettings;
  /** The frontends' choice of a worker for each request. */
  router?: RouterSettings;
  /** Dynamo's Endpoint Picker, by which a Gateway with the Inference Extension chooses the worker of a request, by its KV cache. The frontend is then a container beside each engine. Default: frontends choose. */
  endpointPicker?: EndpointPickerSettings;
  /** Workers that do all of a request. Default: one with one GPU. */
  workers?: WorkersSettings;
  /** In place of `workers`, together with `decode`: workers that read prompts. */
  prefill?: WorkersSettings;
  /** In place of `workers`, together with `prefill`: workers that write answers. */
  decode?: WorkersSettings;
  /** Transfer of the KV cache from prefill to decode workers. */
  kvTransfer?: KvTransferSettings;
  /** Dynamo's SLA planner, which scales prefill and decode workers. Default: none. */
  planner?: PlannerSettings;
  /** Volume of downloaded models. Default: in the pod, so every start downloads anew. */
  modelCache?: ModelCacheSettings;
  /** LoRA adapters of the model. */
  loras?: LoraSettings[];
  /** Secret with HF_TOKEN, in the graphs' namespace. Made by the stack if huggingFaceToken is set. */
  huggingFaceSecret?: Input<string>;
  /** Service level objectives over 30 days. Alerts fire when they are missed at this rate. */
  objectives?: ObjectivesSettings;
  /** Time that an update waits for the graph to be Ready: images and models take minutes to load. Default: 30m. */
  readyTimeout?: string;
  /** One more makes a new graph in place of this one, by the stack's switchover: for upgrades. Default: 1. */
  revision?: number;
  /** In place of a new graph, one that ran already and goes on as it is. `npm run adopt` writes it. */
  adopted?: AdoptedSettings;
  /** Changes of the graph's manifest, for what has no setting. They may not change its GPUs, replicas or discovery. */
  transform?: PatchSettings[];
}

/** Size of the model, by which a preview tells whether it fits into the GPUs; `npm run size -- config.json` writes it. Default: what its name tells. */
export interface ModelSizeSettings {
  /** Parameters of the model, all experts among them, in 10⁹. */
  parameters: number;
  /** Those of them that are experts', in 10⁹. Default: what its family tells, else none. */
  experts?: number;
  /** Those of them that stay in 16 bits where the others have fewer, in 10⁹. Default: what its family tells, else none. */
  unquantized?: number;
  /** How its weights are stored. Default: what its name tells, else bf16. */
  precision?: ModelSizePrecision;
  /** Bytes that a token takes in the KV cache in 16 bits: 2 × layers × num_key_value_heads × head_dim × 2. Default: what its family tells. */
  kvBytesPerToken?: number;
  /** Heads of the KV cache, which tensor parallelism divides; 1 for latent attention. Default: what its family tells, else 1. */
  kvHeads?: number;
  /** Attention heads, which tensor parallelism must divide. Default: what its family tells, else any size is taken. */
  heads?: number;
  /** Tokens of its longest text. Default: what its family tells. */
  context?: number;
}

export const ModelSizePrecision = {
  Fp32: "fp32",
  Bf16: "bf16",
  Fp8: "fp8",
  Int8: "int8",
  Int4: "int4",
  Nvfp4: "nvfp4",
  Mxfp4: "mxfp4",
} as const;
export type ModelSizePrecision = (typeof ModelSizePrecision)[keyof typeof ModelSizePrecision];

export const GraphBackend = {
  Vllm: "vllm",
  Sglang: "sglang",
  Trtllm: "trtllm",
} as const;
export type GraphBackend = (typeof GraphBackend)[keyof typeof GraphBackend];

/** A variable. */
export interface EnvSettings {
  /** Its name. */
  name: string;
  /** Its value, which anybody may read who sees the graph. */
  value?: string;
  /** Where its value comes from. */
  valueFrom?: ValueFromSettings;
}

/** Where its value comes from. */
export interface ValueFromSettings {
  /** A key of a Secret. */
  secretKeyRef?: SecretKeyRefSettings;
  /** A key of a ConfigMap. */
  configMapKeyRef?: ConfigMapKeyRefSettings;
  /** A field of the pod. */
  fieldRef?: FieldRefSettings;
}

/** A key of a Secret. */
export interface SecretKeyRefSettings {
  /** Name of the Secret, in the graphs' namespace. */
  name: string;
  /** Its key. */
  key: string;
}

/** A key of a ConfigMap. */
export interface ConfigMapKeyRefSettings {
  /** Name of the ConfigMap, in the graphs' namespace. */
  name: string;
  /** Its key. */
  key: string;
}

/** A field of the pod. */
export interface FieldRefSettings {
  /** Path of the field, such as status.podIP. */
  fieldPath: string;
}

/** The graph's HTTP entry, compatible with OpenAI's API. */
export interface FrontendSettings {
  /** The component's name in the graph. Default: Frontend. */
  name?: string;
  /** Frontend pods, 1 to 10. Default: 1. */
  replicas?: number;
  /** How clients outside the cluster reach the frontend. Default: not at all. */
  expose?: ExposeSettings;
  /** Further arguments of the frontend, one an item, such as "--tls-cert-path=/tls/tls.crt". */
  args?: string[];
  /** Image of these pods alone, with a tag or digest or the graph's. Default: the graph's. */
  image?: Input<string>;
  /** When nodes pull the image. Default: IfNotPresent. */
  imagePullPolicy?: FrontendImagePullPolicy;
  /** Directory that the command starts in. Default: the image's. */
  workingDir?: string;
  /** Env of the container. */
  env?: EnvSettings[];
  /** Objects in the graphs' namespace whose keys are env of the container. */
  envFrom?: EnvFromSettings[];
  /** CPU and memory of a pod. Default: none are set. */
  resources?: ResourcesSettings;
  /** Size of /dev/shm, by which the processes of an engine hand data on. Default: 8Gi, the operator's. */
  sharedMemory?: string;
  /** Volumes of the container beside the models'. */
  volumes?: VolumeSettings[];
  /** Until it passes, no other is asked. Default: of frontends, that a model is listed; of workers the operator's, which waits 2 hours. */
  startupProbe?: StartupProbeSettings;
  /** While it fails, clients are not led to the pod. Default: the operator's. */
  readinessProbe?: StartupProbeSettings;
  /** Where it fails, the container starts anew. Default: the operator's. */
  livenessProbe?: StartupProbeSettings;
  /** What the container's processes may do. Default: what the image and the cluster say. */
  securityContext?: SecurityContextSettings;
  /** Ids of all containers and volumes of a pod. Where it is there, the operator adds nothing to it. */
  podSecurityContext?: PodSecurityContextSettings;
  /** Whether the pods share memory with all of their node. The policy pod-security must allow it. Default: false. */
  hostIPC?: boolean;
  /** Whether the pods have their node's network. The policy pod-security must allow it. Default: false. */
  hostNetwork?: boolean;
  /** Annotations of the pods, such as a network's. */
  annotations?: Input<Record<string, Input<string>>>;
  /** Further labels of the pods. */
  labels?: Input<Record<string, Input<string>>>;
  /** Seconds that a pod has to end what it answers. It ends at once when nothing is left. A stream that lasts longer is cut. Default: 300. */
  terminationGracePeriodSeconds?: number;
  /** Nodes for these pods. Default: any that have the GPUs. */
  placement?: PlacementSettings;
}

/** How clients outside the cluster reach the frontend. Default: not at all. */
export interface ExposeSettings {
  type: ExposeType;
  /** With type NodePort: 30000 to 32767, once in the stack; 30100 belongs to the single-node graph. */
  nodePort?: number;
  /** Annotations of the Service, by which its controller has settings of its own. */
  annotations?: Input<Record<string, Input<string>>>;
  /** With type NodePort or type LoadBalancer: Whether a node passes clients on to pods of all nodes, or of its own alone, which see their addresses then. Default: Cluster. */
  externalTrafficPolicy?: ExposeExternalTrafficPolicy;
  /** With type NodePort or type LoadBalancer: Whether it has addresses of IPv4 and IPv6. Default: SingleStack. */
  ipFamilyPolicy?: ExposeIpFamilyPolicy;
  /** With type NodePort or type LoadBalancer: Which of them, the first being the main one. Default: the cluster's. */
  ipFamilies?: string[];
  /** With type LoadBalancer: Ranges of IPv4 and IPv6 that may connect. */
  sourceRanges?: Input<Input<string>[]>;
  /** With type LoadBalancer: Class of the load balancer. A Service keeps it for life. Default: the cloud's own. */
  loadBalancerClass?: string;
  /** With type Ingress or type Gateway: Name by which clients ask. */
  host?: Input<string>;
  /** With type Ingress: IngressClass. Default: the cluster's default class. */
  className?: Input<string>;
  /** With type Ingress: Secret with the host's certificate, in the graphs' namespace. Default: no TLS. */
  tlsSecret?: Input<string>;
  /** With type Gateway: Name of the Gateway. */
  gateway?: Input<string>;
  /** With type Gateway: Its namespace. Default: that of the graphs. */
  gatewayNamespace?: Input<string>;
  /** With type Gateway: Its listener (sectionName). Default: all. */
  listener?: string;
  /** With type Gateway: Time that an answer may take. Default: the Gateway's own, which may be seconds. */
  requestTimeout?: string;
}

export const ExposeType = {
  /** A port on every node. */
  NodePort: "NodePort",
  /** An address from the cloud's load balancer. */
  LoadBalancer: "LoadBalancer",
  /** A host of the cluster's ingress controller. */
  Ingress: "Ingress",
  /** A host of a Gateway that the platform runs. */
  Gateway: "Gateway",
} as const;
export type ExposeType = (typeof ExposeType)[keyof typeof ExposeType];

export const ExposeExternalTrafficPolicy = {
  Cluster: "Cluster",
  Local: "Local",
} as const;
export type ExposeExternalTrafficPolicy = (typeof ExposeExternalTrafficPolicy)[keyof typeof ExposeExternalTrafficPolicy];

export const ExposeIpFamilyPolicy = {
  SingleStack: "SingleStack",
  PreferDualStack: "PreferDualStack",
  RequireDualStack: "RequireDualStack",
} as const;
export type ExposeIpFamilyPolicy = (typeof ExposeIpFamilyPolicy)[keyof typeof ExposeIpFamilyPolicy];

export const FrontendImagePullPolicy = {
  Always: "Always",
  IfNotPresent: "IfNotPresent",
  Never: "Never",
} as const;
export type FrontendImagePullPolicy = (typeof FrontendImagePullPolicy)[keyof typeof FrontendImagePullPolicy];

export interface EnvFromSettings {
  /** A Secret that is there, each key of which is a variable. */
  secret?: Input<string>;
  /** A ConfigMap likewise. */
  configMap?: string;
}

/** CPU and memory of a pod. Default: none are set. */
export interface ResourcesSettings {
  /** What the scheduler keeps free for a pod. */
  requests?: RequestsSettings;
  /** What a pod may take at most. */
  limits?: RequestsSettings;
}

/** What the scheduler keeps free for a pod. */
export interface RequestsSettings {
  /** CPUs, such as "8" or "500m". */
  cpu?: string;
  /** Memory, such as "64Gi". */
  memory?: string;
  /** Disk of the node, for what is in no volume. */
  ephemeralStorage?: string;
}

/** A volume, and where it is mounted. */
export interface VolumeSettings {
  /** Its name in the pod. Items of one name are one volume. */
  name: string;
  /** Directory of the container where it is. */
  mountPath: string;
  /** The part of it to mount. Default: all. */
  subPath?: string;
  /** Whether nothing can be written to it. */
  readOnly?: boolean;
  /** A claim that is there, in the graphs' namespace. Several graphs may share one. */
  claim?: string;
  /** A ConfigMap that is there, whose keys are the files. */
  configMap?: string;
  /** A Secret that is there, whose keys are the files. */
  secret?: Input<string>;
  /** An empty directory, which goes with the pod. */
  emptyDir?: EmptyDirSettings;
  /** A directory of the node. The policy pod-security must allow it. */
  hostPath?: string;
  /** Keys of the configMap or secret that are files. Default: all. */
  items?: ItemSettings[];
  /** Mode of those files, in octal as text. Default: 0644. */
  defaultMode?: string;
}

/** An empty directory, which goes with the pod. */
export interface EmptyDirSettings {
  /** Memory or huge pages of the node in place of its disk. */
  medium?: EmptyDirMedium;
  /** Most that it may hold. */
  sizeLimit?: string;
}

export const EmptyDirMedium = {
  Memory: "Memory",
  HugePages: "HugePages",
} as const;
export type EmptyDirMedium = (typeof EmptyDirMedium)[keyof typeof EmptyDirMedium];

export interface ItemSettings {
  /** Key. */
  key: string;
  /** Name of its file. */
  path: string;
}

/** Until it passes, no other is asked. Default: of frontends, that a model is listed; of workers the operator's, which waits 2 hours. */
export interface StartupProbeSettings {
  /** A request that must be answered with 200 to 399. */
  httpGet?: HttpGetSettings;
  /** A command in the container that must end with 0. */
  exec?: ExecSettings;
  /** Seconds before the first. Default: 0. */
  initialDelaySeconds?: number;
  /** Seconds from one to the next. Default: 10. */
  periodSeconds?: number;
  /** Seconds that it may take. Default: 1. */
  timeoutSeconds?: number;
  /** Failures in a row that count. Default: 3. */
  failureThreshold?: number;
}

/** A request that must be answered with 200 to 399. */
export interface HttpGetSettings {
  /** Path to ask for. */
  path: string;
  /** Number or name of the port, such as 9090 or system. */
  port: any;
}

/** A command in the container that must end with 0. */
export interface ExecSettings {
  /** The command and its arguments. */
  command: string[];
}

/** What the container's processes may do. Default: what the image and the cluster say. */
export interface SecurityContextSettings {
  /** User id. Default: the image's user, which is 1000 in NVIDIA's. */
  runAsUser?: number;
  /** Group id. Default: the image's. */
  runAsGroup?: number;
  /** Whether the kubelet refuses to run it as root. */
  runAsNonRoot?: boolean;
  /** Whether it may do what its node may. The policy pod-security must allow it. */
  privileged?: boolean;
  /** Whether a process may gain more than its parent has. Default: true. */
  allowPrivilegeEscalation?: boolean;
  /** Capabilities of Linux. */
  capabilities?: CapabilitiesSettings;
}

/** Capabilities of Linux. */
export interface CapabilitiesSettings {
  /** What it may do beside. The policy pod-security must allow all but IPC_LOCK. */
  add?: string[];
  /** What it may not do. */
  drop?: string[];
}

/** Ids of all containers and volumes of a pod. Where it is there, the operator adds nothing to it. */
export interface PodSecurityContextSettings {
  /** User id. Default: the image's user, which is 1000 in NVIDIA's. */
  runAsUser?: number;
  /** Group id. Default: the image's. */
  runAsGroup?: number;
  /** Whether the kubelet refuses to run it as root. */
  runAsNonRoot?: boolean;
  /** Group that owns the files of its volumes. Default: 1000, the operator's. */
  fsGroup?: number;
  /** Whether all files are given to that group at each start. Default: Always. */
  fsGroupChangePolicy?: PodSecurityContextFsGroupChangePolicy;
  /** Further groups of its processes. */
  supplementalGroups?: number[];
}

export const PodSecurityContextFsGroupChangePolicy = {
  Always: "Always",
  OnRootMismatch: "OnRootMismatch",
} as const;
export type PodSecurityContextFsGroupChangePolicy = (typeof PodSecurityContextFsGroupChangePolicy)[keyof typeof PodSecurityContextFsGroupChangePolicy];

/** Nodes for these pods. Default: any that have the GPUs. */
export interface PlacementSettings {
  /** Kind of GPU, as NVIDIA's feature discovery labels nodes (nvidia.com/gpu.product), such as NVIDIA-H100-80GB-HBM3. */
  gpuProduct?: Input<string>;
  /** Labels that nodes must have. */
  nodeSelector?: Input<Record<string, Input<string>>>;
  /** Taints that the pods bear. */
  tolerations?: TolerationSettings[];
  /** PriorityClass of the pods. Default: the cluster's own. */
  priorityClass?: Input<string>;
  /** Further terms, as Kubernetes' `affinity`: nodeAffinity, podAffinity and podAntiAffinity. */
  affinity?: any;
  /** Domain that replicas are spread over, as far as there is room. Default: none. */
  spread?: PlacementSpread;
  /** RuntimeClass of the pods, such as nvidia. Default: the nodes' own runtime. */
  runtimeClass?: string;
  /** Scheduler of the pods. Default: the cluster's, or the orchestrator's. */
  scheduler?: string;
}

/** A taint that does not keep the pods away. */
export interface TolerationSettings {
  /** Key of the taint. Default: every taint. */
  key?: string;
  /** Whether the value counts. Default: Exists. */
  operator?: TolerationOperator;
  /** Value of the taint, for Equal. */
  value?: string;
  /** Effect of the taint. Default: every effect. */
  effect?: TolerationEffect;
}

export const TolerationOperator = {
  Exists: "Exists",
  Equal: "Equal",
} as const;
export type TolerationOperator = (typeof TolerationOperator)[keyof typeof TolerationOperator];

export const TolerationEffect = {
  NoSchedule: "NoSchedule",
  PreferNoSchedule: "PreferNoSchedule",
  NoExecute: "NoExecute",
} as const;
export type TolerationEffect = (typeof TolerationEffect)[keyof typeof TolerationEffect];

export const PlacementSpread = {
  Node: "node",
  Zone: "zone",
} as const;
export type PlacementSpread = (typeof PlacementSpread)[keyof typeof PlacementSpread];

/** The frontends' choice of a worker for each request. */
export interface RouterSettings {
  /** Choice of the worker: kv is the one that has most of a prompt in its KV cache. Default: round-robin. */
  mode?: RouterMode;
  /** Source of what the kv router knows of the caches: exact is the workers' events, approximate what it sent them itself. Default: exact where mode and runtime can. */
  index?: RouterIndex;
}

export const RouterMode = {
  RoundRobin: "round-robin",
  Random: "random",
  Kv: "kv",
} as const;
export type RouterMode = (typeof RouterMode)[keyof typeof RouterMode];

export const RouterIndex = {
  Exact: "exact",
  Approximate: "approximate",
} as const;
export type RouterIndex = (typeof RouterIndex)[keyof typeof RouterIndex];

/** Dynamo's Endpoint Picker, by which a Gateway with the Inference Extension chooses the worker of a request, by its KV cache. The frontend is then a container beside each engine. Default: frontends choose. */
export interface EndpointPickerSettings {
  /** The component's name in the graph. Default: Epp. */
  name?: string;
  /** Tokens of a block of the workers' KV cache, as their engine has it (--block-size, --page-size). Default: 16. */
  blockSize?: number;
  /** Its EndpointPickerConfig: plugins and schedulingProfiles. Runtimes before 1.5 need one; later ones start the picker of old with it. Default: none. */
  config?: any;
  /** Image of these pods alone, with a tag or digest or the graph's. Default: the graph's. */
  image?: Input<string>;
  /** When nodes pull the image. Default: IfNotPresent. */
  imagePullPolicy?: FrontendImagePullPolicy;
  /** Directory that the command starts in. Default: the image's. */
  workingDir?: string;
  /** Env of the container. */
  env?: EnvSettings[];
  /** Objects in the graphs' namespace whose keys are env of the container. */
  envFrom?: EnvFromSettings[];
  /** CPU and memory of a pod. Default: none are set. */
  resources?: ResourcesSettings;
  /** Size of /dev/shm, by which the processes of an engine hand data on. Default: 8Gi, the operator's. */
  sharedMemory?: string;
  /** Volumes of the container beside the models'. */
  volumes?: VolumeSettings[];
  /** Until it passes, no other is asked. Default: of frontends, that a model is listed; of workers the operator's, which waits 2 hours. */
  startupProbe?: StartupProbeSettings;
  /** While it fails, clients are not led to the pod. Default: the operator's. */
  readinessProbe?: StartupProbeSettings;
  /** Where it fails, the container starts anew. Default: the operator's. */
  livenessProbe?: StartupProbeSettings;
  /** What the container's processes may do. Default: what the image and the cluster say. */
  securityContext?: SecurityContextSettings;
  /** Ids of all containers and volumes of a pod. Where it is there, the operator adds nothing to it. */
  podSecurityContext?: PodSecurityContextSettings;
  /** Whether the pods share memory with all of their node. The policy pod-security must allow it. Default: false. */
  hostIPC?: boolean;
  /** Whether the pods have their node's network. The policy pod-security must allow it. Default: false. */
  hostNetwork?: boolean;
  /** Annotations of the pods, such as a network's. */
  annotations?: Input<Record<string, Input<string>>>;
  /** Further labels of the pods. */
  labels?: Input<Record<string, Input<string>>>;
  /** Seconds that a pod has to end. Default: 60, the operator's. */
  terminationGracePeriodSeconds?: number;
  /** Nodes for these pods. Default: any that have the GPUs. */
  placement?: PlacementSettings;
}

/** Workers that do all of a request. Default: one with one GPU. */
export interface WorkersSettings {
  /** The component's name in the graph. Default: by backend, VllmWorker; of prefill and decode, Prefill and Decode. */
  name?: string;
  /** Workers. Each holds the whole model. Default: 1. */
  replicas?: number;
  /** Replicas that follow the load. Default: they don't. */
  scaling?: ScalingSettings;
  /** GPUs of a pod. Default: 1. */
  gpus?: number;
  /** Resource by which nodes offer the GPUs. Default: nvidia.com/gpu. */
  gpuResource?: string;
  /** DeviceClass of the GPUs, such as gpu.nvidia.com, where pods claim them by dynamic resource allocation. Default: they are of gpuResource. */
  gpuDeviceClass?: string;
  /** Dynamo's GPU Memory Service, as a container beside the engine's in each pod: weights stay in the GPUs while the engine starts anew. It needs NVIDIA's DRA driver. Default: none. */
  gpuMemoryService?: GpuMemoryServiceSettings;
  /** Workers start from a checkpoint of one that has loaded its model, by Dynamo's snapshots, which the platform must have. Default: they load it. */
  checkpoint?: CheckpointSettings;
  /** Whether the pods join an NVLink domain over nodes, which the stack makes for the graph (ComputeDomain of NVIDIA's DRA driver): for GB200 and GB300. Default: false. */
  computeDomain?: boolean;
  /** Devices that the pods claim beside their GPUs. */
  resourceClaims?: ResourceClaimSettings[];
  /** Devices of a pod that are no GPUs, by their resource, such as vpc.amazonaws.com/efa. Default: those of kvTransfer.rdma. */
  devices?: any;
  /** Pods, each on its own node, that form one worker. More than 1 needs platform.orchestrator. Default: 1. */
  nodes?: number;
  /** Default: gpus x nodes / pipelineParallel / dataParallel. */
  tensorParallel?: number;
  /** Pipeline stages of a worker. Default: 1. */
  pipelineParallel?: number;
  /** Ranks of a worker that each attend to requests of their own, for mixture-of-experts models. SGLang and TensorRT-LLM share the other layers' GPUs among them (attention data parallelism). Default: 1. */
  dataParallel?: number;
  /** Whether the experts of a mixture-of-experts model are spread over all GPUs of a worker, and not cut in pieces. Default: false. */
  expertParallel?: boolean;
  /** Further arguments of the engine, one an item, such as "--max-model-len=8192". */
  args?: string[];
  /** Lines of bash that run before the engine in its container, such as "ulimit -l unlimited". With && behind the last, the engine starts where that succeeds. Default: none. */
  setup?: string;
  /** The engine's own settings, as its YAML files have them. TensorRT-LLM's workers get a file, which the stack makes as a ConfigMap (--extra-engine-args), with what the plan needs beneath; those of vLLM and SGLang get each as an argument. One that is null stays the engine's own, such as SGLang's page-size, of which the plan else asks for 16 where a router hears KV events, and enable-metrics, which the plan else sets. */
  engineConfig?: any;
  /** Image of these pods alone, with a tag or digest or the graph's. Default: the graph's. */
  image?: Input<string>;
  /** When nodes pull the image. Default: IfNotPresent. */
  imagePullPolicy?: FrontendImagePullPolicy;
  /** Directory that the command starts in. Default: the image's. */
  workingDir?: string;
  /** Env of the container. */
  env?: EnvSettings[];
  /** Objects in the graphs' namespace whose keys are env of the container. */
  envFrom?: EnvFromSettings[];
  /** CPU and memory of a pod. Default: none are set. */
  resources?: ResourcesSettings;
  /** Size of /dev/shm, by which the processes of an engine hand data on. Default: 8Gi, the operator's. */
  sharedMemory?: string;
  /** Volumes of the container beside the models'. */
  volumes?: VolumeSettings[];
  /** Until it passes, no other is asked. Default: of frontends, that a model is listed; of workers the operator's, which waits 2 hours. */
  startupProbe?: StartupProbeSettings;
  /** While it fails, clients are not led to the pod. Default: the operator's. */
  readinessProbe?: StartupProbeSettings;
  /** Where it fails, the container starts anew. Default: the operator's. */
  livenessProbe?: StartupProbeSettings;
  /** What the container's processes may do. Default: what the image and the cluster say. */
  securityContext?: SecurityContextSettings;
  /** Ids of all containers and volumes of a pod. Where it is there, the operator adds nothing to it. */
  podSecurityContext?: PodSecurityContextSettings;
  /** Whether the pods share memory with all of their node. The policy pod-security must allow it. Default: false. */
  hostIPC?: boolean;
  /** Whether the pods have their node's network. The policy pod-security must allow it. Default: false. */
  hostNetwork?: boolean;
  /** Annotations of the pods, such as a network's. */
  annotations?: Input<Record<string, Input<string>>>;
  /** Further labels of the pods. */
  labels?: Input<Record<string, Input<string>>>;
  /** Seconds that a pod has to end. Default: 60, the operator's. */
  terminationGracePeriodSeconds?: number;
  /** Nodes for these pods. Default: any that have the GPUs. */
  placement?: PlacementSettings;
}

/** Replicas that follow the load. Default: they don't. */
export interface ScalingSettings {
  /** Scaler: Kubernetes' HorizontalPodAutoscaler, with an adapter that serves Prometheus' metrics, or KEDA. */
  by: ScalingBy;
  /** Minimum of replicas. Default: 1. */
  min?: number;
  /** Maximum of replicas. Budgets count these. */
  max: number;
  /** Requests at the frontends for each replica, above which one more is made: in flight for workers and decode, waiting for their first token for prefill. Default: 16. */
  requestsPerReplica?: number;
}

export const ScalingBy = {
  Hpa: "hpa",
  Keda: "keda",
} as const;
export type ScalingBy = (typeof ScalingBy)[keyof typeof ScalingBy];

/** Dynamo's GPU Memory Service, as a container beside the engine's in each pod: weights stay in the GPUs while the engine starts anew. It needs NVIDIA's DRA driver. Default: none. */
export interface GpuMemoryServiceSettings {
  /** DeviceClass by which the operator claims the pod's GPUs. Default: gpu.nvidia.com. */
  deviceClass?: string;
}

/** Workers start from a checkpoint of one that has loaded its model, by Dynamo's snapshots, which the platform must have. Default: they load it. */
export interface CheckpointSettings {
  /** Whether workers start cold while the checkpoint is made, and only later ones from it, or all of them wait for it. Default: Immediate. */
  startupPolicy?: CheckpointStartupPolicy;
  /** A DynamoCheckpoint that is there, in the graphs' namespace. Default: the operator makes one, in a pod more with the GPUs of one. */
  checkpointRef?: string;
}

export const CheckpointStartupPolicy = {
  Immediate: "Immediate",
  WaitForCheckpoint: "WaitForCheckpoint",
} as const;
export type CheckpointStartupPolicy = (typeof CheckpointStartupPolicy)[keyof typeof CheckpointStartupPolicy];

/** Devices that the container claims beside its GPUs. */
export interface ResourceClaimSettings {
  /** Its name in the pod. */
  name: string;
  /** DeviceClass of network devices, such as mrdma.google.com, of which each pod gets its own. The stack makes the template. */
  deviceClass?: string;
  /** Devices of that class for a pod. Default: 1. */
  count?: number;
  /** A ResourceClaimTemplate that is there, in the graphs' namespace. */
  template?: string;
  /** A ResourceClaim that is there, in the graphs' namespace, which all pods share. */
  claim?: string;
}

/** Transfer of the KV cache from prefill to decode workers. */
export interface KvTransferSettings {
  /** RDMA devices. The pods may lock memory then (IPC_LOCK). Default: none. */
  rdma?: RdmaSettings;
  /** Transports that NIXL may use, as UCX names them. Default: all. Without RDMA on ARM: tcp and cuda_copy. */
  transports?: string[];
}

/** RDMA devices. The pods may lock memory then (IPC_LOCK). Default: none. */
export interface RdmaSettings {
  /** Resource by which nodes offer RDMA devices. Default: rdma/ib. */
  resource?: string;
  /** Devices of a pod. Default: 1. */
  devices?: number;
}

/** Dynamo's SLA planner, which scales prefill and decode workers. Default: none. */
export interface PlannerSettings {
  /** Milliseconds within which the first token should come. Default: 500. */
  timeToFirstToken?: number;
  /** Milliseconds between tokens. Default: 50. */
  interTokenLatency?: number;
  /** Most GPUs that it may bring the workers to. Budgets count these. */
  maxGpus: number;
  /** ConfigMap with the model's profile, in the graphs' namespace, made by Dynamo's profiler. Runtimes before 1.4 need one. */
  profile?: string;
  /** Other settings of the planner by their names in its release, such as load_adjustment_interval_seconds: a number, a text, or true or false. Default: the planner's own. */
  settings?: any;
  /** Image of these pods alone, with a tag or digest or the graph's. Default: the graph's. */
  image?: Input<string>;
  /** When nodes pull the image. Default: IfNotPresent. */
  imagePullPolicy?: FrontendImagePullPolicy;
  /** Directory that the command starts in. Default: the image's. */
  workingDir?: string;
  /** Env of the container. */
  env?: EnvSettings[];
  /** Objects in the graphs' namespace whose keys are env of the container. */
  envFrom?: EnvFromSettings[];
  /** CPU and memory of a pod. Default: none are set. */
  resources?: ResourcesSettings;
  /** Size of /dev/shm, by which the processes of an engine hand data on. Default: 8Gi, the operator's. */
  sharedMemory?: string;
  /** Volumes of the container beside the models'. */
  volumes?: VolumeSettings[];
  /** Until it passes, no other is asked. Default: of frontends, that a model is listed; of workers the operator's, which waits 2 hours. */
  startupProbe?: StartupProbeSettings;
  /** While it fails, clients are not led to the pod. Default: the operator's. */
  readinessProbe?: StartupProbeSettings;
  /** Where it fails, the container starts anew. Default: the operator's. */
  livenessProbe?: StartupProbeSettings;
  /** What the container's processes may do. Default: what the image and the cluster say. */
  securityContext?: SecurityContextSettings;
  /** Ids of all containers and volumes of a pod. Where it is there, the operator adds nothing to it. */
  podSecurityContext?: PodSecurityContextSettings;
  /** Whether the pods share memory with all of their node. The policy pod-security must allow it. Default: false. */
  hostIPC?: boolean;
  /** Whether the pods have their node's network. The policy pod-security must allow it. Default: false. */
  hostNetwork?: boolean;
  /** Annotations of the pods, such as a network's. */
  annotations?: Input<Record<string, Input<string>>>;
  /** Further labels of the pods. */
  labels?: Input<Record<string, Input<string>>>;
  /** Seconds that a pod has to end. Default: 60, the operator's. */
  terminationGracePeriodSeconds?: number;
  /** Nodes for these pods. Default: any that have the GPUs. */
  placement?: PlacementSettings;
}

/** Volume of downloaded models. Default: in the pod, so every start downloads anew. */
export interface ModelCacheSettings {
  /** A directory of every GPU node, writable by uid 1000. */
  hostPath?: string;
  /** A claim that the stack makes, named <graph>-model-cache. */
  pvc?: PvcSettings;
  /** A claim that is there, in the graphs' namespace. Several graphs may share one. */
  claim?: string;
  /** Directory of the pods where it is mounted. Frontends have it too where the model is a path. Default: /home/dynamo/.cache/huggingface. */
  mountPath?: string;
}

/** A claim that the stack makes, named <graph>-model-cache. */
export interface PvcSettings {
  /** Size of the claim. */
  size: string;
  /** Default: the cluster's default class. */
  storageClass?: Input<string>;
  /** ReadWriteOnce only suits workers that share one node. Default: ReadWriteMany. */
  accessMode?: PvcAccessMode;
  /** Whether a Job downloads the model into it before the graph is made. Default: false. */
  download?: boolean;
  /** Further models that the Job downloads, such as the draft model of speculative decoding. Default: none. */
  moreModels?: string[];
  /** Files of the model that the Job downloads, such as "*.safetensors". Default: all. */
  allowPatterns?: string[];
  /** Files of the model that the Job leaves out. Default: where it has safetensors, other copies of the weights (original/*, consolidated*, *.pth, *.gguf). */
  ignorePatterns?: string[];
  /** Certificate authority that the Job trusts beside those of its image, for a proxy that looks into TLS. Default: none. */
  caCertificate?: CaCertificateSettings;
}

export const PvcAccessMode = {
  ReadWriteMany: "ReadWriteMany",
  ReadWriteOnce: "ReadWriteOnce",
} as const;
export type PvcAccessMode = (typeof PvcAccessMode)[keyof typeof PvcAccessMode];

/** Certificate authority that the Job trusts beside those of its image, for a proxy that looks into TLS. Default: none. */
export interface CaCertificateSettings {
  /** A ConfigMap that is there, in the graphs' namespace. */
  configMap?: string;
  /** A Secret likewise. */
  secret?: Input<string>;
  /** Its key, with one certificate or several as PEM. Default: ca.crt. */
  key?: string;
}

/** A LoRA adapter of the model. */
export interface LoraSettings {
  /** Name by which clients ask for it, as a model. */
  name: string;
  /** Its address, as hf:// or s3://. */
  source: string;
}

/** Service level objectives over 30 days. Alerts fire when they are missed at this rate. */
export interface ObjectivesSettings {
  /** Share of requests that must not fail. Default: 0.99. */
  availability?: number;
  /** Seconds within which a request's first token should come. Default: 2.2. */
  timeToFirstToken?: number;
  /** Share of requests whose first token must come in that time. Default: 0.95. */
  fastRequests?: number;
}

/** In place of a new graph, one that ran already and goes on as it is. `npm run adopt` writes it. */
export interface AdoptedSettings {
  /** Name of the DynamoGraphDeployment that ran. */
  deployment: Input<string>;
  /** Name of the one that the stack would make. Another mode, revision or other components ask for another name: then a new graph takes this one's place, and `adopted` has done its work. */
  inPlaceOf: string;
  /** What the graph has otherwise than the stack would make it. Each item that is taken out has its pods roll. They may not change its GPUs or replicas. */
  patch?: PatchSettings[];
}

/** A change of the graph's manifest, as JSON Patch (RFC 6902). */
export interface PatchSettings {
  op: PatchOp;
  /** JSON pointer to the field: /spec/services/VllmWorker/… */
  path: string;
  /** With op add or op replace or op test: Its new value. */
  value?: any;
}

export const PatchOp = {
  /** Sets a field, or adds an item to a list. */
  Add: "add",
  /** Changes what is there. */
  Replace: "replace",
  /** Takes it away. */
  Remove: "remove",
  /** Changes nothing, and refuses the whole where another value is there: before a change by an item's place in a list. */
  Test: "test",
} as const;
export type PatchOp = (typeof PatchOp)[keyof typeof PatchOp];

/** The Dynamo runtime that frontends and workers run. */
export interface RuntimeSettings {
  /** Image tag of the Dynamo runtime, 0.7 to 1.7. Decides env and flags. Default: 1.6.1. */
  version?: string;
  /** Registry and path of NVIDIA's images: vllm-runtime, sglang-runtime, tensorrtllm-runtime, dynamo-planner. Default: nvcr.io/nvidia/ai-dynamo. */
  registry?: Input<string>;
}

/** How frontends and workers find each other. */
export interface DiscoverySettings {
  mode: DiscoveryMode;
  /** With mode nats-etcd: How requests reach workers. Default: the runtime's own, which is nats for 0.7 and tcp from 0.8. */
  requestPlane?: DiscoveryRequestPlane;
  /** With mode nats-etcd: NATS with JetStream, in the namespace nats-system. */
  nats?: NatsSettings;
  /** With mode nats-etcd: etcd, in the namespace etcd-system. */
  etcd?: EtcdSettings;
  /** With mode nats-etcd: Passwords of the NATS and etcd that the stack runs. */
  credentials?: CredentialsSettings;
  /** With mode nats-etcd: Other namespaces whose pods may connect to the NATS and etcd that the stack runs, such as another stack's. They are there already, and each gets the Secrets of the clients. Default: none. */
  clientNamespaces?: string[];
  /** With mode nats-etcd: Whether the namespaces of NATS and etcd, and the volumes in them, outlive `pulumi destroy`. Default: false. */
  keepVolumes?: boolean;
}

export const DiscoveryMode = {
  /** EndpointSlices and DynamoWorkerMetadata: nothing else to run. For 2 to 50 nodes. */
  Kubernetes: "kubernetes",
  /** etcd for discovery, NATS for events. For 100 nodes and more. */
  NatsEtcd: "nats-etcd",
} as const;
export type DiscoveryMode = (typeof DiscoveryMode)[keyof typeof DiscoveryMode];

export const DiscoveryRequestPlane = {
  Tcp: "tcp",
  Nats: "nats",
} as const;
export type DiscoveryRequestPlane = (typeof DiscoveryRequestPlane)[keyof typeof DiscoveryRequestPlane];

/** NATS with JetStream, in the namespace nats-system. */
export interface NatsSettings {
  /** false: The stack runs it. true: A server that someone else runs. */
  external?: boolean;
  /** With external false: Members of the NATS cluster, odd. 3 survive the loss of one. Default: 1. */
  replicas?: number;
  /** With external false: Size of each member's JetStream volume. Default: 1Gi. */
  storage?: string;
  /** With external false: StorageClass of the volumes. Default: the cluster's default class. */
  storageClass?: Input<string>;
  /** With external false: CPUs of each member. Default: 500m. */
  cpu?: string;
  /** With external false: Memory of each member. A NATS request plane at 100 nodes is better off with 2Gi and more. Default: 256Mi. */
  memory?: string;
  /** With external false: Nodes for these pods. Default: any with Linux. */
  placement?: ServerPlacementSettings;
  /** With external true: Its address, as nats:// or tls://. */
  server?: Input<string>;
  /** With external true: Secret with the keys `username` and `password` of NATS, in the graphs' namespace. Default: no credentials. */
  secret?: Input<string>;
  /** With external true: Secret with the keys `ca.crt`, `tls.crt` and `tls.key`, in the graphs' namespace, beside `secret`: for tls://, from runtime 1.5 on. */
  certificate?: Input<string>;
}

/** Nodes for these pods. Default: any with Linux. */
export interface ServerPlacementSettings {
  /** Labels that nodes must have. */
  nodeSelector?: Input<Record<string, Input<string>>>;
  /** Taints that the pods bear. */
  tolerations?: TolerationSettings[];
  /** PriorityClass of the pods. Default: the cluster's own. */
  priorityClass?: Input<string>;
  /** Further terms, as Kubernetes' `affinity`: nodeAffinity, podAffinity and podAntiAffinity. */
  affinity?: any;
}

/** etcd, in the namespace etcd-system. */
export interface EtcdSettings {
  /** false: The stack runs it. true: A server that someone else runs. */
  external?: boolean;
  /** With external false: Members of the etcd cluster: 1, 3 or 5. 3 survive the loss of one. Default: 1. */
  replicas?: number;
  /** With external false: Size of each member's volume, at least 1Gi. Default: 1Gi. */
  storage?: string;
  /** With external false: StorageClass of the volumes. Default: the cluster's default class. */
  storageClass?: Input<string>;
  /** With external false: Limit of the database's size. Default: (storage - 512Mi) / 2, at most 8Gi. */
  quota?: string;
  /** With external false: CPUs of each member. Default: 500m. */
  cpu?: string;
  /** With external false: Memory of each member. Default: 512Mi. */
  memory?: string;
  /** With external false: Scheduled snapshots of etcd to a volume of their own. Default: none. */
  snapshots?: SnapshotsSettings;
  /** With external false: Nodes for these pods. Default: any with Linux. */
  placement?: ServerPlacementSettings;
  /** With external true: Addresses of its members, as http:// or https://. */
  endpoints?: Input<Input<string>[]>;
  /** With external true: Secret with the keys `username` and `password` of etcd, in the graphs' namespace. Default: no credentials. */
  secret?: Input<string>;
  /** With external true: Secret with the keys `ca.crt`, `tls.crt` and `tls.key`, in the graphs' namespace, in place of `secret`: for https://. */
  certificate?: Input<string>;
}

/** Scheduled snapshots of etcd to a volume of their own. Default: none. */
export interface SnapshotsSettings {
  /** Schedule as five fields of cron, in UTC. */
  schedule?: string;
  /** Snapshots that are kept. The oldest go. Default: 4. */
  keep?: number;
  /** Size of their volume. Default: (keep + 1) x the quota. */
  storage?: string;
  /** StorageClass of the volumes. Default: the cluster's default class. */
  storageClass?: Input<string>;
}

/** Passwords of the NATS and etcd that the stack runs. */
export interface CredentialsSettings {
  /** One more rotates the passwords of NATS and etcd. Those of the generation before stay valid, so that no pod is cut off; one more again revokes them. Default: 1. */
  generation?: number;
}

/** Mutual TLS of requests, NATS and etcd, from runtime 1.5 on ([what is encrypted](encryption.md)). Its beginning, its end and another issuer make new graphs beside the old. */
export interface EncryptionSettings {
  /** Who signs the certificates: `own`, authorities of the stack's own; `cert-manager`, an issuer of the cluster's cert-manager; `none`, nobody, and all is plain text. Default: none. */
  issuer?: EncryptionIssuer;
  /** With issuer `cert-manager`: the ClusterIssuer that signs. It must give a `ca.crt`, and sign for a year ([which do](encryption.md#certificates-of-cert-manager)). Default: none. */
  issuerRef?: IssuerRefSettings;
  /** One more makes new keys and certificates, valid for a year, and replaces all pods that have one, each in its turn. Of the stack's own authorities, those of the generation before are trusted until one more again. Default: 1. */
  generation?: number;
  /** Whether a plan is refused in which requests, KV events or the KV cache between prefill and decode still go in plain text. Default: false. */
  refusePlain?: boolean;
}

export const EncryptionIssuer = {
  None: "none",
  Own: "own",
  CertManager: "cert-manager",
} as const;
export type EncryptionIssuer = (typeof EncryptionIssuer)[keyof typeof EncryptionIssuer];

/** With issuer `cert-manager`: the ClusterIssuer that signs. It must give a `ca.crt`, and sign for a year ([which do](encryption.md#certificates-of-cert-manager)). Default: none. */
export interface IssuerRefSettings {
  /** Its name. */
  name: string;
  /** Its kind, where it is an external issuer. Default: ClusterIssuer. */
  kind?: string;
  /** The group of its API, where it is an external issuer. Default: cert-manager.io. */
  group?: string;
}

/** The cluster's Dynamo platform, and what it stands on. */
export interface PlatformSettings {
  /** Namespace of its operator, which may connect to NATS and etcd. Default: dynamo-system. */
  namespace?: Input<string>;
  /** Version of the graphs' API: v1alpha1 for all platforms, or v1beta1 for those of 1.3 and newer. Default: v1beta1 for new graphs of runtime 1.5 and newer, else v1alpha1. */
  apiVersion?: PlatformApiVersion;
  /** Controller that makes workers of several nodes. Default: none is installed. */
  orchestrator?: PlatformOrchestrator;
  /** Domain of the cluster's DNS, by which members of NATS and etcd find each other. Default: cluster.local. */
  clusterDomain?: string;
  /** Whether the cluster is OpenShift, which gives pods their users and groups: no pod of the stack names one then but by its own securityContext. Default: false. */
  openshift?: boolean;
}

export const PlatformApiVersion = {
  V1alpha1: "v1alpha1",
  V1beta1: "v1beta1",
} as const;
export type PlatformApiVersion = (typeof PlatformApiVersion)[keyof typeof PlatformApiVersion];

export const PlatformOrchestrator = {
  Grove: "grove",
  Leaderworkerset: "leaderworkerset",
} as const;
export type PlatformOrchestrator = (typeof PlatformOrchestrator)[keyof typeof PlatformOrchestrator];

/** The cluster's kube-prometheus-stack. */
export interface MonitoringSettings {
  /** Helm release of kube-prometheus-stack: its Prometheus only looks at objects with this label. Default: kube-prometheus-stack. */
  release?: Input<string>;
  /** Namespace of that release: its Prometheus may scrape NATS and etcd. Default: monitoring. */
  namespace?: Input<string>;
  /** Address of that Prometheus, for the scalers of graphs. Default: http://prometheus-operated.<namespace>:9090. */
  prometheus?: Input<string>;
  /** Owner of the PodMonitors of frontends and workers: platform where the platform's own select these, or they are scraped twice. Default: stack. */
  podMonitors?: MonitoringPodMonitors;
  /** Address of the folder docs/runbooks, for the links in alerts. A path, as the default, is shown but is no link. Default: docs/runbooks. */
  runbooks?: Input<string>;
}

export const MonitoringPodMonitors = {
  Stack: "stack",
  Platform: "platform",
} as const;
export type MonitoringPodMonitors = (typeof MonitoringPodMonitors)[keyof typeof MonitoringPodMonitors];

/** Images of the servers and Jobs that the stack runs, and access to all. */
export interface ImagesSettings {
  /** Registry, with or without a path, in the place of docker.io and gcr.io, such as a mirror for clusters without internet: <registry>/library/nats, natsio/prometheus-nats-exporter, etcd-development/etcd and library/node. NVIDIA's images have runtime.registry. Default: the public ones. */
  registry?: Input<string>;
  /** Image of NATS, with its tag or digest. Default: that of registry. */
  nats?: string;
  /** Image of NATS' exporter of metrics, with its tag or digest. Default: that of registry. */
  natsExporter?: string;
  /** Image of etcd, with its tag or digest. Default: that of registry. */
  etcd?: string;
  /** Image of the Jobs of etcd, with Node.js and a shell, with its tag or digest. Default: that of registry. */
  node?: string;
  /** Secrets (kubernetes.io/dockerconfigjson) by which nodes pull the images of graphs, servers and Jobs. They must be in the graphs' namespace, and in nats-system and etcd-system where the stack runs these. Default: none. */
  pullSecrets?: string[];
}

/** How frontends and workers find each other. */
export interface DiscoveryPlaneArgs {
  mode: DiscoveryMode;
  /** Mutual TLS of requests, NATS and etcd, from runtime 1.5 on ([what is encrypted](encryption.md)). Its beginning, its end and another issuer make new graphs beside the old. */
  encryption?: EncryptionSettings;
  /** The cluster's Dynamo platform, and what it stands on. */
  platform?: PlatformSettings;
  /** The cluster's kube-prometheus-stack. */
  monitoring?: MonitoringSettings;
  /** Images of the servers and Jobs that the stack runs, and access to all. */
  images?: ImagesSettings;
  /** Namespace of the graphs, which is there. Default: dynamo. */
  namespace?: Input<string>;
  /** Labels of all objects that it makes. Default: the stack's own. */
  labels?: Input<Record<string, Input<string>>>;
  /** With mode nats-etcd: How requests reach workers. Default: the runtime's own, which is nats for 0.7 and tcp from 0.8. */
  requestPlane?: DiscoveryRequestPlane;
  /** With mode nats-etcd: NATS with JetStream, in the namespace nats-system. */
  nats?: NatsSettings;
  /** With mode nats-etcd: etcd, in the namespace etcd-system. */
  etcd?: EtcdSettings;
  /** With mode nats-etcd: Passwords of the NATS and etcd that the stack runs. */
  credentials?: CredentialsSettings;
  /** With mode nats-etcd: Other namespaces whose pods may connect to the NATS and etcd that the stack runs, such as another stack's. They are there already, and each gets the Secrets of the clients. Default: none. */
  clientNamespaces?: string[];
  /** With mode nats-etcd: Whether the namespaces of NATS and etcd, and the volumes in them, outlive `pulumi destroy`. Default: false. */
  keepVolumes?: boolean;
}

/** One DynamoGraphDeployment: a frontend and its workers. */
export interface DynamoGraphArgs {
  /** Name of the graph in Kubernetes. Default: the component's name. */
  name?: string;
  /** Model to serve, as Hugging Face names it. */
  model: string;
  /** Branch, tag or commit of the model at Hugging Face that workers load, and the Job of modelCache downloads. Default: its default branch. */
  modelRevision?: string;
  /** Name by which clients ask for the model. Default: the model's. */
  servedModelName?: string;
  /** Size of the model, by which a preview tells whether it fits into the GPUs; `npm run size -- config.json` writes it. Default: what its name tells. */
  modelSize?: ModelSizeSettings;
  /** Engine that runs the model. Default: vllm. */
  backend?: GraphBackend;
  /** Image of the graph's pods, with or without a tag or digest. Default: the backend's in runtime.registry. */
  image?: Input<string>;
  /** Tag of images that have none, for variants such as 1.4.2-efa-amd64. Default: runtime.version. */
  imageTag?: string;
  /** Env of all pods of the graph. */
  env?: EnvSettings[];
  /** The graph's HTTP entry, compatible with OpenAI's API. */
  frontend?: FrontendSettings;
  /** The frontends' choice of a worker for each request. */
  router?: RouterSettings;
  /** Dynamo's Endpoint Picker, by which a Gateway with the Inference Extension chooses the worker of a request, by its KV cache. The frontend is then a container beside each engine. Default: frontends choose. */
  endpointPicker?: EndpointPickerSettings;
  /** Workers that do all of a request. Default: one with one GPU. */
  workers?: WorkersSettings;
  /** In place of `workers`, together with `decode`: workers that read prompts. */
  prefill?: WorkersSettings;
  /** In place of `workers`, together with `prefill`: workers that write answers. */
  decode?: WorkersSettings;
  /** Transfer of the KV cache from prefill to decode workers. */
  kvTransfer?: KvTransferSettings;
  /** Dynamo's SLA planner, which scales prefill and decode workers. Default: none. */
  planner?: PlannerSettings;
  /** Volume of downloaded models. Default: in the pod, so every start downloads anew. */
  modelCache?: ModelCacheSettings;
  /** LoRA adapters of the model. */
  loras?: LoraSettings[];
  /** Secret with HF_TOKEN, in the graphs' namespace. Made by the stack if huggingFaceToken is set. */
  huggingFaceSecret?: Input<string>;
  /** Service level objectives over 30 days. Alerts fire when they are missed at this rate. */
  objectives?: ObjectivesSettings;
  /** Time that an update waits for the graph to be Ready: images and models take minutes to load. Default: 30m. */
  readyTimeout?: string;
  /** One more makes a new graph in place of this one, by the stack's switchover: for upgrades. Default: 1. */
  revision?: number;
  /** In place of a new graph, one that ran already and goes on as it is. `npm run adopt` writes it. */
  adopted?: AdoptedSettings;
  /** Changes of the graph's manifest, for what has no setting. They may not change its GPUs, replicas or discovery. */
  transform?: PatchSettings[];
  /** The Dynamo runtime that frontends and workers run. */
  runtime?: RuntimeSettings;
  /** How frontends and workers find each other. */
  discovery?: DiscoverySettings;
  /** Mutual TLS of requests, NATS and etcd, from runtime 1.5 on ([what is encrypted](encryption.md)). Its beginning, its end and another issuer make new graphs beside the old. */
  encryption?: EncryptionSettings;
  /** The cluster's Dynamo platform, and what it stands on. */
  platform?: PlatformSettings;
  /** The cluster's kube-prometheus-stack. */
  monitoring?: MonitoringSettings;
  /** Images of the servers and Jobs that the stack runs, and access to all. */
  images?: ImagesSettings;
  /** Namespace of the graphs, which is there. Default: dynamo. */
  namespace?: Input<string>;
  /** Labels of all objects that it makes. Default: the stack's own. */
  labels?: Input<Record<string, Input<string>>>;
}

/** NATS with JetStream, in the namespace nats-system. */
export interface NatsArgs {
  /** Members of the NATS cluster, odd. 3 survive the loss of one. Default: 1. */
  replicas?: number;
  /** Size of each member's JetStream volume. Default: 1Gi. */
  storage?: string;
  /** StorageClass of the volumes. Default: the cluster's default class. */
  storageClass?: Input<string>;
  /** CPUs of each member. Default: 500m. */
  cpu?: string;
  /** Memory of each member. A NATS request plane at 100 nodes is better off with 2Gi and more. Default: 256Mi. */
  memory?: string;
  /** Nodes for these pods. Default: any with Linux. */
  placement?: ServerPlacementSettings;
  /** Passwords of the NATS and etcd that the stack runs. */
  credentials?: CredentialsSettings;
  /** Other namespaces whose pods may connect to the NATS and etcd that the stack runs, such as another stack's. They are there already, and each gets the Secrets of the clients. Default: none. */
  clientNamespaces?: string[];
  /** Whether the namespaces of NATS and etcd, and the volumes in them, outlive `pulumi destroy`. Default: false. */
  keepVolumes?: boolean;
  /** The cluster's Dynamo platform, and what it stands on. */
  platform?: PlatformSettings;
  /** The cluster's kube-prometheus-stack. */
  monitoring?: MonitoringSettings;
  /** Images of the servers and Jobs that the stack runs, and access to all. */
  images?: ImagesSettings;
  /** Namespace of the graphs, which is there. Default: dynamo. */
  namespace?: Input<string>;
  /** Labels of all objects that it makes. Default: the stack's own. */
  labels?: Input<Record<string, Input<string>>>;
}

/** etcd, in the namespace etcd-system. */
export interface EtcdArgs {
  /** Members of the etcd cluster: 1, 3 or 5. 3 survive the loss of one. Default: 1. */
  replicas?: number;
  /** Size of each member's volume, at least 1Gi. Default: 1Gi. */
  storage?: string;
  /** StorageClass of the volumes. Default: the cluster's default class. */
  storageClass?: Input<string>;
  /** Limit of the database's size. Default: (storage - 512Mi) / 2, at most 8Gi. */
  quota?: string;
  /** CPUs of each member. Default: 500m. */
  cpu?: string;
  /** Memory of each member. Default: 512Mi. */
  memory?: string;
  /** Scheduled snapshots of etcd to a volume of their own. Default: none. */
  snapshots?: SnapshotsSettings;
  /** Nodes for these pods. Default: any with Linux. */
  placement?: ServerPlacementSettings;
  /** Passwords of the NATS and etcd that the stack runs. */
  credentials?: CredentialsSettings;
  /** Other namespaces whose pods may connect to the NATS and etcd that the stack runs, such as another stack's. They are there already, and each gets the Secrets of the clients. Default: none. */
  clientNamespaces?: string[];
  /** Whether the namespaces of NATS and etcd, and the volumes in them, outlive `pulumi destroy`. Default: false. */
  keepVolumes?: boolean;
  /** The cluster's Dynamo platform, and what it stands on. */
  platform?: PlatformSettings;
  /** The cluster's kube-prometheus-stack. */
  monitoring?: MonitoringSettings;
  /** Images of the servers and Jobs that the stack runs, and access to all. */
  images?: ImagesSettings;
  /** Namespace of the graphs, which is there. Default: dynamo. */
  namespace?: Input<string>;
  /** Labels of all objects that it makes. Default: the stack's own. */
  labels?: Input<Record<string, Input<string>>>;
}

/** A claim that the stack makes, named <graph>-model-cache. */
export interface ModelCacheArgs {
  /** Size of the claim. */
  size: string;
  /** Default: the cluster's default class. */
  storageClass?: Input<string>;
  /** ReadWriteOnce only suits workers that share one node. Default: ReadWriteMany. */
  accessMode?: PvcAccessMode;
  /** Whether a Job downloads the model into it before the graph is made. Default: false. */
  download?: boolean;
  /** Further models that the Job downloads, such as the draft model of speculative decoding. Default: none. */
  moreModels?: string[];
  /** Files of the model that the Job downloads, such as "*.safetensors". Default: all. */
  allowPatterns?: string[];
  /** Files of the model that the Job leaves out. Default: where it has safetensors, other copies of the weights (original/*, consolidated*, *.pth, *.gguf). */
  ignorePatterns?: string[];
  /** Certificate authority that the Job trusts beside those of its image, for a proxy that looks into TLS. Default: none. */
  caCertificate?: CaCertificateSettings;
  /** Name of the graph in Kubernetes. Default: the component's name. */
  name?: string;
  /** Model to download, where `download` is true. */
  model?: string;
  /** The Dynamo runtime that frontends and workers run. */
  runtime?: RuntimeSettings;
  /** The cluster's Dynamo platform, and what it stands on. */
  platform?: PlatformSettings;
  /** Images of the servers and Jobs that the stack runs, and access to all. */
  images?: ImagesSettings;
  /** Branch, tag or commit of the model at Hugging Face that workers load, and the Job of modelCache downloads. Default: its default branch. */
  modelRevision?: string;
  /** Engine that runs the model. Default: vllm. */
  backend?: GraphBackend;
  /** Image of the graph's pods, with or without a tag or digest. Default: the backend's in runtime.registry. */
  image?: Input<string>;
  /** Secret with HF_TOKEN, in the graphs' namespace. Made by the stack if huggingFaceToken is set. */
  huggingFaceSecret?: Input<string>;
  /** Namespace of the graphs, which is there. Default: dynamo. */
  namespace?: Input<string>;
  /** Labels of all objects that it makes. Default: the stack's own. */
  labels?: Input<Record<string, Input<string>>>;
}

/** The way to a graph's frontends. */
export interface FrontendServiceArgs {
  /** Beginning of its name: the Service is `<name>-frontend-np`. Default: the component's name. */
  name?: string;
  /** Name of the DynamoGraphDeployment whose frontends answer. */
  deployment: Input<string>;
  /** How clients outside the cluster reach the frontend. Default: not at all. */
  expose?: ExposeSettings;
  /** Namespace of the graphs, which is there. Default: dynamo. */
  namespace?: Input<string>;
  /** Labels of all objects that it makes. Default: the stack's own. */
  labels?: Input<Record<string, Input<string>>>;
}
