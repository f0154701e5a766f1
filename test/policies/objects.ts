/** Objects for the cases, small but as people write them. */

type Part = Readonly<Record<string, unknown>>;

export const runtimeImage = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.1";

/** An object in the namespace dynamo, unless its metadata say otherwise. */
export function object(apiVersion: string, kind: string, name: string, rest: Part = {}, metadata: Part = {}) {
  return { apiVersion, kind, metadata: { name, namespace: "dynamo", ...metadata }, ...rest };
}

/** A graph as v1alpha1 writes it. */
export function graph(services: Part, spec: Part = {}, metadata: Part = {}) {
  return object(
    "nvidia.com/v1alpha1",
    "DynamoGraphDeployment",
    "llama",
    { spec: { ...spec, services } },
    metadata,
  );
}

/** A graph as v1beta1 writes it. */
export function newGraph(components: readonly Part[], spec: Part = {}, metadata: Part = {}) {
  return object(
    "nvidia.com/v1beta1",
    "DynamoGraphDeployment",
    "llama",
    { spec: { ...spec, components } },
    metadata,
  );
}

/** A component of {@link graph}. */
export function worker(gpus: number | string, mainContainer: Part = {}, rest: Part = {}) {
  return {
    componentType: "worker",
    replicas: 1,
    resources: { limits: { gpu: `${gpus}` } },
    extraPodSpec: { mainContainer: { image: runtimeImage, ...mainContainer } },
    ...rest,
  };
}

export const frontend = {
  componentType: "frontend",
  replicas: 1,
  extraPodSpec: { mainContainer: { image: runtimeImage } },
};

/** A component of {@link newGraph}. */
export function component(name: string, type: string, main: Part = {}, rest: Part = {}) {
  return {
    name,
    type,
    replicas: 1,
    podTemplate: { spec: { containers: [{ name: "main", image: runtimeImage, ...main }] } },
    ...rest,
  };
}

export const gpus = (count: unknown, kind = "nvidia.com/gpu") => ({ limits: { [kind]: count } });

/** A Deployment of one container, named main. */
export function deployment(main: Part, pod: Part = {}, spec: Part = {}, metadata: Part = {}) {
  const containers = [{ name: "main", image: "nats:2.14.5", ...main }];
  return object(
    "apps/v1",
    "Deployment",
    "trainer",
    { spec: { ...spec, template: { spec: { containers, ...pod } } } },
    metadata,
  );
}

export function service(spec: Part, name = "api") {
  return object("v1", "Service", name, { spec });
}

/** Members of NATS, or of what else is named. */
export function members(
  replicas: unknown,
  { name = "nats", pod = {}, ...spec }: { name?: string; pod?: Part } & Part = {},
) {
  const labels = { "app.kubernetes.io/name": name };
  const template = { metadata: { labels }, spec: { topologySpreadConstraints: [onePerNode(name)], ...pod } };
  const volumeClaimTemplates = [{ metadata: { name: "data" } }];
  return object(
    "apps/v1",
    "StatefulSet",
    name,
    { spec: { replicas, template, volumeClaimTemplates, ...spec } },
    { namespace: `${name}-system` },
  );
}

export function onePerNode(name = "nats") {
  return {
    labelSelector: { matchLabels: { "app.kubernetes.io/name": name } },
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "DoNotSchedule",
  };
}

export function disruptionBudget(name = "nats", spec: Part = {}) {
  const selector = { matchLabels: { "app.kubernetes.io/name": name } };
  return object(
    "policy/v1",
    "PodDisruptionBudget",
    name,
    { spec: { maxUnavailable: 1, selector, ...spec } },
    { namespace: `${name}-system` },
  );
}

export function podMonitor(selector: Part, spec: Part = {}, metadata: Part = {}) {
  return object(
    "monitoring.coreos.com/v1",
    "PodMonitor",
    "workers",
    { spec: { selector, ...spec } },
    metadata,
  );
}

/** A ComputeDomain of NVIDIA's, which makes a template of that name for its channels. */
export function computeDomain(name: string, metadata: Part = {}) {
  return object(
    "resource.nvidia.com/v1beta1",
    "ComputeDomain",
    "llama",
    { spec: { numNodes: 2, channel: { resourceClaimTemplate: { name } } } },
    metadata,
  );
}

/** NVIDIA's platform as a stack installs it, with values that change some of its own. */
export const platformRelease = (values: object = {}, more: object = {}) => ({
  type: "kubernetes:helm.sh/v3:Release",
  props: {
    name: "dynamo-platform",
    namespace: "dynamo-system",
    createNamespace: true,
    chart: "https://helm.ngc.nvidia.com/nvidia/ai-dynamo/charts/dynamo-platform-1.6.1.tgz",
    version: "1.6.1",
    compat: "true",
    timeout: 600,
    values: {
      global: {
        nats: { install: false },
        etcd: { install: false },
        grove: { enabled: false, install: false },
      },
      "dynamo-operator": { enabled: true, upgradeCRD: true, natsAddr: "", etcdAddr: "" },
      ...values,
    },
    ...more,
  },
});
