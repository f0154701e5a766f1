/** Checks of what a plan takes of a cluster: nodes, GPUs, quotas, volumes, classes, namespaces, rights. */
import { readStack } from "../../config/project";
import { judge } from "../../preflight/judge";
import type { Needs } from "../../preflight/needs";
import { devStack } from "../devStack";
import { clusterFor, needsOf, node, troublesOf } from "./clusters";

type Parts = Readonly<Record<string, unknown>>;

let dev: Needs;
let prod: Needs;
beforeAll(async () => {
  dev = await needsOf(devStack({ runtime: { version: "0.8.1" } }));
  prod = await needsOf(readStack("prod"));
});

/** The one trouble of a cluster. */
function trouble(needs: Needs, parts: Parts): string {
  const [first, ...others] = troublesOf(needs, parts);
  expect(others).toEqual([]);
  return first === undefined
    ? "none"
    : `${first.state} ${first.check}, ${first.subject}: ${first.found} → ${first.remedy}`;
}

const held = (on: string, gpus: number, graph?: string) => ({
  node: on,
  ...(graph && { namespace: "dynamo", graph }),
  amounts: { "nvidia.com/gpu": gpus, cpu: 4, pods: 3 },
});

describe("nodes", () => {
  const two = [node("a", 1), node("b", 1)];

  test("room for all, and none for one", () => {
    expect(trouble(dev, { nodes: two })).toBe("none");
    expect(trouble(dev, { nodes: [node("a", 2)] })).toBe("none");
    expect(trouble(dev, { nodes: [node("a", 1)] })).toMatch(
      /^failed nodes, room: 1 pod would wait: .*vllm-distributed-demo VllmWorker: what is free .*NVIDIA-H100-80GB-HBM3: 1 of 1 free on 1 node/,
    );
  });

  test("what others hold is not free, and what the plan's own graph holds is", () => {
    expect(trouble(dev, { nodes: two, requests: [held("a", 1)] })).toMatch(/1 of 2 free on 2 nodes/);
    expect(trouble(dev, { nodes: two, requests: [held("a", 1, "vllm-distributed-demo")] })).toBe("none");
    expect(trouble(dev, { nodes: two, requests: [held("a", 1, "another")] })).toMatch(/^failed nodes/);
  });

  test.each([
    ["cordoned", { spec: { unschedulable: true } }],
    ["not Ready", { status: { ...two[0]?.status, conditions: [{ type: "Ready", status: "Unknown" }] } }],
    ["tainted", { spec: { taints: [{ key: "sku", value: "gpu", effect: "NoSchedule" }] } }],
  ])("one that is %s takes nothing", (_, state) => {
    expect(trouble(dev, { nodes: [two[0], { ...two[1], ...state }] })).toMatch(/^failed nodes, room: 1 pod/);
  });

  test("a taint that only prefers others keeps nothing away", () => {
    const taints = [{ key: "sku", effect: "PreferNoSchedule" }];
    expect(trouble(dev, { nodes: two.map((one) => ({ ...one, spec: { taints } })) })).toBe("none");
  });

  test("GKE's taint of GPU nodes is borne by what asks for GPUs, and by nothing else", () => {
    const taints = [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }];
    const gke = (name: string, gpus: number) => ({
      ...node(name, gpus, { "cloud.google.com/gke-nodepool": "gpus" }),
      ...(gpus > 0 && { spec: { taints } }),
    });
    expect(trouble(dev, { nodes: [gke("a", 2), gke("cpus", 0)] })).toBe("none");
    expect(trouble(dev, { nodes: [gke("a", 2)] })).toMatch(/Frontend: it tolerates the taints of no node/);
    const elsewhere = [{ ...node("a", 2), spec: { taints } }, node("cpus", 0)];
    expect(trouble(dev, { nodes: elsewhere })).toMatch(/2 pods would wait/);
  });

  test("placement by product and tolerations", async () => {
    const graph = (placement: object) => ({
      graphs: [{ name: "one", model: "m/m", workers: { replicas: 1, gpus: 1, placement } }],
    });
    const product = await needsOf(devStack(graph({ gpuProduct: "NVIDIA-B200" })));
    expect(trouble(product, {})).toMatch(
      /no node that it tolerates has nvidia\.com\/gpu\.product=NVIDIA-B200/,
    );
    const b200 = node("b", 8, { "nvidia.com/gpu.product": "NVIDIA-B200" });
    expect(trouble(product, { nodes: [node("a", 8), b200] })).toBe("none");
    const tolerant = await needsOf(devStack(graph({ tolerations: [{ key: "sku" }] })));
    const tainted = {
      ...node("a", 8),
      spec: { taints: [{ key: "sku", value: "gpu", effect: "NoSchedule" }] },
    };
    expect(trouble(tolerant, { nodes: [tainted, node("cpus", 0)] })).toBe("none");
  });

  test("a pod that is larger than every node", () => {
    const nodes = Array.from({ length: 20 }, (_, i) => node(`n${i}`, 4));
    expect(trouble(prod, { nodes })).toMatch(
      /a pod asks for 8 nvidia\.com\/gpu, and no node has more than 4/,
    );
  });

  test("a pod that asks for what no node has", () =>
    expect(troublesOf(dev, { nodes: [node("cpus", 0)] })).toContainEqual(
      expect.objectContaining({
        found: expect.stringContaining("a pod asks for 1 nvidia.com/gpu, and no node has more than 0"),
      }),
    ));

  test("CPUs and memory count too", () => {
    const small = {
      ...node("a", 8),
      status: {
        ...node("a", 8).status,
        allocatable: { pods: "110", cpu: "1", memory: "1Gi", "nvidia.com/gpu": "8" },
      },
    };
    expect(
      trouble(prod, {
        nodes: Array.from({ length: 10 }, (_, i) => ({ ...small, metadata: node(`n${i}`, 8).metadata })),
      }),
    ).toMatch(/StatefulSet nats-system\/nats nats: a pod asks for 2.1 cpu, and no node has more than 1/);
  });

  test("members of NATS and etcd need a node each", () => {
    const big = {
      ...node("big", 80),
      status: {
        ...node("big", 80).status,
        allocatable: { pods: "1000", cpu: "1000", memory: "8Ti", "nvidia.com/gpu": "80" },
      },
    };
    expect(trouble(prod, { nodes: [big] })).toMatch(/2 of StatefulSet etcd-system\/etcd/);
  });

  test("an autoscaler may make room", () => {
    expect(trouble(dev, { nodes: [node("a", 1)], autoscaler: true })).toMatch(
      /^unknown nodes, room: .*autoscaler/,
    );
  });
});

describe("the device plugin", () => {
  test.each([
    [
      { "cloud.google.com/gke-accelerator": "nvidia-l4", "cloud.google.com/gke-nodepool": "p" },
      /though 1 node have GPUs \(nvidia-l4\).*node pool with accelerators/,
    ],
    [
      { "kubernetes.azure.com/accelerator": "nvidia", "kubernetes.azure.com/cluster": "c" },
      /node pool with GPUs, and NVIDIA's device plugin/,
    ],
    [
      { "feature.node.kubernetes.io/pci-10de.present": "true" },
      /install NVIDIA's GPU operator or device plugin/,
    ],
  ])("%j", (labels, expected) => {
    const bare = { metadata: { name: "a", labels }, spec: {}, status: node("a", 0).status };
    const found = judge(dev, clusterFor(dev, { nodes: [bare] })).find(
      ({ check }) => check === "device plugin",
    );
    expect(`${found?.state} ${found?.found} ${found?.remedy}`).toMatch(expected);
  });

  test("a slice of a GPU where nodes offer whole ones", async () => {
    const needs = await needsOf(
      devStack({
        graphs: [{ name: "one", model: "m/m", workers: { gpus: 1, gpuResource: "nvidia.com/mig-1g.10gb" } }],
      }),
    );
    const found = judge(needs, clusterFor(needs)).find(({ check }) => check === "device plugin");
    expect(`${found?.state} ${found?.subject} ${found?.remedy}`).toMatch(
      /^failed nvidia\.com\/mig-1g\.10gb nodes offer nvidia\.com\/gpu/,
    );
  });
});

describe("DRA drivers", () => {
  const claim = {
    apiVersion: "resource.k8s.io/v1",
    kind: "ResourceClaimTemplate",
    metadata: { name: "gpus", namespace: "dynamo" },
    spec: {
      spec: { devices: { requests: [{ name: "gpu", exactly: { deviceClassName: "gpu.nvidia.com" } }] } },
    },
  };
  const withClaim = () => ({ ...dev, objects: [...dev.objects, claim] });
  const drivers = (parts: Parts) =>
    judge(withClaim(), clusterFor(dev, parts))
      .filter(({ check }) => check === "DRA driver")
      .map(({ state, found }) => `${state} ${found}`);
  const classes = { deviceClasses: [{ metadata: { name: "gpu.nvidia.com" } }] };

  test("a class, and devices of it", () => {
    const resourceSlices = [{ driver: "gpu.nvidia.com", node: "a", devices: 8 }];
    expect(drivers({ ...classes, resourceSlices })).toEqual(["passed 8 devices of gpu.nvidia.com"]);
    expect(drivers(classes)).toEqual(["failed no driver offers a device"]);
    expect(drivers({})).toEqual(["failed there is no DeviceClass gpu.nvidia.com (there are none)"]);
    expect(drivers({ ...classes, resourceSlices: { unread: "not allowed" } })).toEqual([
      "unknown not allowed",
    ]);
  });
});

describe("quotas", () => {
  const quota = (hard: Parts, used: Parts = {}, more: Parts = {}) => ({
    quotas: [{ metadata: { name: "team", namespace: "dynamo" }, spec: { hard, ...more }, status: { used } }],
  });

  test.each([
    [{ "requests.nvidia.com/gpu": "2" }, {}, "none"],
    [{ "requests.nvidia.com/gpu": "4" }, { "requests.nvidia.com/gpu": "2" }, "none"],
    [
      { "requests.nvidia.com/gpu": "4" },
      { "requests.nvidia.com/gpu": "3" },
      "requests.nvidia.com/gpu: the plan needs 2, and 1 of 4 is left",
    ],
    [{ pods: "3" }, {}, "none"],
    [{ pods: "2" }, {}, "pods: the plan needs 3, and 2 of 2 is left"],
    [{ "services.nodeports": "0" }, {}, "services.nodeports: the plan needs 1"],
    [{ "services.loadbalancers": "0", configmaps: "10" }, {}, "none"],
  ])("%j of which %j is used", (hard, used, expected) => {
    expect(trouble(dev, quota(hard, used))).toContain(expected);
  });

  test("claims of volumes", () => {
    expect(trouble(prod, quota({ "requests.storage": "1Ti" }))).toBe("none");
    expect(trouble(prod, quota({ "requests.storage": "500Gi" }))).toMatch(
      /needs 550Gi, and 500Gi of 500Gi is left/,
    );
    expect(trouble(prod, quota({ "requests.storage": "1536Mi" }))).toMatch(/, and 1\.5Gi of 1\.5Gi is left/);
    expect(trouble(prod, quota({ "requests.storage": "1000Mi" }))).toMatch(
      /, and 1048576000 of 1048576000 is left/,
    );
  });

  test("what the plan's own graph uses already is not asked for twice", () => {
    const parts = quota({ "requests.nvidia.com/gpu": "2" }, { "requests.nvidia.com/gpu": "2" });
    const requests = [held("gpu-0", 2, "vllm-distributed-demo")];
    expect(trouble(dev, parts)).toMatch(/^failed quota/);
    expect(trouble(dev, { ...parts, requests })).toBe("none");
  });

  test("the stack's own is its own to change, and one with a scope may count none of its pods", () => {
    const [own] = quota({ "requests.nvidia.com/gpu": "0" }).quotas;
    expect(
      trouble(dev, { quotas: [{ ...own, metadata: { name: "dynamo-gpu-budget", namespace: "dynamo" } }] }),
    ).toBe("none");
    expect(trouble(dev, quota({ pods: "0" }, {}, { scopes: ["BestEffort"] }))).toMatch(
      /^unknown quota, dynamo\/team/,
    );
  });

  test("pods that say nothing of what a quota counts", () => {
    const parts = quota({ "requests.cpu": "100" });
    expect(trouble(dev, parts)).toMatch(
      /^failed limits, dynamo\/team: the quota refuses pods .*Frontend \(requests\.cpu\)/,
    );
    const limits = [{ type: "Container", defaultRequest: { cpu: "1" } }];
    const limitRanges = [{ metadata: { name: "defaults", namespace: "dynamo" }, spec: { limits } }];
    expect(trouble(dev, { ...parts, limitRanges })).toBe("none");
  });

  test.each([
    ["Container", { "nvidia.com/gpu": "1" }, "none"],
    ["Container", { "nvidia.com/gpu": "0" }, "a container may have 0 nvidia.com/gpu at most"],
    ["Pod", { "nvidia.com/gpu": "0" }, "a pod may have 0 nvidia.com/gpu at most"],
    ["PersistentVolumeClaim", { storage: "1Gi" }, "none"],
  ])("limits of a %s to %j", (type, max, expected) => {
    const limitRanges = [
      { metadata: { name: "range", namespace: "dynamo" }, spec: { limits: [{ type, max }] } },
    ];
    expect(trouble(dev, { limitRanges })).toContain(expected);
  });
});

describe("volumes", () => {
  const storageClass = (provisioner: string, isDefault = true, name = "one") => ({
    metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) } },
    provisioner,
  });
  const found = (...storageClasses: object[]) =>
    judge(prod, clusterFor(prod, { storageClasses }))
      .filter(({ check, state }) => check === "volumes" && state !== "passed")
      .map(({ state, subject, found }) => `${state} ${subject}: ${found}`);

  test.each([
    ["ebs.csi.aws.com", "failed"],
    ["pd.csi.storage.gke.io", "failed"],
    ["disk.csi.azure.com", "failed"],
    ["openshift-storage.rbd.csi.ceph.com", "failed"],
    ["example.com/own", "unknown"],
  ])("a cache for many nodes by %s", (provisioner, state) => {
    expect(found(storageClass(provisioner)).map((line) => line.split(": ")[0])).toEqual([
      `${state} dynamo/qwen-1b-model-cache`,
      `${state} dynamo/qwen-72b-model-cache`,
    ]);
  });

  test.each([
    "efs.csi.aws.com",
    "filestore.csi.storage.gke.io",
    "file.csi.azure.com",
    "openshift-storage.cephfs.csi.ceph.com",
    "nfs.csi.k8s.io",
  ])("%s serves many nodes", (provisioner) => expect(found(storageClass(provisioner))).toEqual([]));

  test("no default, and none of that name", async () => {
    expect(found(storageClass("efs.csi.aws.com", false))[0]).toMatch(/none is the default.*there are one/);
    const needs = await needsOf(
      devStack({
        graphs: [{ name: "one", model: "m/m", modelCache: { pvc: { size: "10Gi", storageClass: "fast" } } }],
      }),
    );
    expect(trouble(needs, {})).toMatch(
      /^failed volumes, dynamo\/one-model-cache: there is no StorageClass fast/,
    );
    expect(trouble(needs, { storageClasses: [storageClass("efs.csi.aws.com", false, "fast")] })).toBe("none");
  });
});

test("classes that pods and routes name", async () => {
  const needs = await needsOf(
    devStack({
      graphs: [
        {
          name: "one",
          model: "m/m",
          workers: { gpus: 1, placement: { priorityClass: "urgent" } },
          frontend: { expose: { type: "Ingress", host: "a.example.com", className: "nginx" } },
        },
      ],
    }),
  );
  const named = (name: string) => [{ metadata: { name } }];
  expect(trouble(needs, { priorityClasses: named("urgent"), ingressClasses: named("nginx") })).toBe("none");
  expect(trouble(needs, { ingressClasses: named("nginx") })).toMatch(/^failed PriorityClass, urgent/);
  expect(trouble(needs, { priorityClasses: named("urgent") })).toMatch(/^failed IngressClass, nginx/);
  expect(
    trouble(needs, { priorityClasses: { unread: "not allowed" }, ingressClasses: named("nginx") }),
  ).toMatch(/^unknown/);
});

describe("Prometheus", () => {
  const prometheus = (spec: Parts, namespace = "monitoring") => ({
    prometheuses: [{ metadata: { name: "p", namespace }, spec }],
  });
  const all = {
    podMonitorSelector: {},
    podMonitorNamespaceSelector: {},
    ruleSelector: {},
    ruleNamespaceSelector: {},
  };

  test.each([
    ["all", all, "none"],
    [
      "no PodMonitors",
      { ...all, podMonitorSelector: null },
      "failed Prometheus, PodMonitors: no Prometheus takes dynamo/dynamo-frontend, dynamo/dynamo-worker (label release: kube-prometheus-stack",
    ],
    [
      "rules of another release",
      { ...all, ruleSelector: { matchLabels: { release: "other" } } },
      "failed Prometheus, PrometheusRules",
    ],
    [
      "rules of its own namespace",
      { ...all, ruleNamespaceSelector: null },
      "failed Prometheus, PrometheusRules",
    ],
    [
      "namespaces by name",
      { ...all, ruleNamespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "dynamo" } } },
      "none",
    ],
  ])("takes %s", (_, spec, expected) => {
    expect(trouble(dev, prometheus(spec))).toContain(expected);
  });

  test("labels of a namespace that the stack makes are known, those of others are read", () => {
    const spec = { ...all, podMonitorNamespaceSelector: { matchLabels: { watch: "yes" } } };
    expect(trouble(dev, prometheus(spec))).toMatch(/^failed Prometheus/);
    const namespaces = [{ metadata: { name: "dynamo", labels: { watch: "yes" } } }];
    expect(trouble(dev, { ...prometheus(spec), namespaces })).toBe("none");
  });
});

describe("DNS", () => {
  const dns = (namespace: string, targetPort: string | number) => ({
    dns: [{ metadata: { name: "dns", namespace }, spec: { ports: [{ port: 53, targetPort }] } }],
  });
  const open = (needs: Needs) => JSON.stringify(needs.objects).includes('"port":5353');

  test.each([
    ["kube-system", "dns"],
    ["kube-system", 53],
  ])("%s at %s is as policies let it through", (namespace, port) => {
    expect(trouble(prod, dns(namespace, port))).toBe("none");
  });

  test("a port that the policies don't let through", () => {
    expect(trouble(prod, dns("kube-system", 8053))).toMatch(
      /^failed DNS, port: the pods of kube-system\/dns at 8053, and NetworkPolicies etcd-system\/etcd/,
    );
    expect(trouble(prod, dns("openshift-dns", "dns"))).toMatch(
      open(prod) ? /^none/ : /^failed DNS, port: .* at 5353/,
    );
    expect(trouble(dev, dns("kube-system", 8053))).toBe("none"); // it has no policies
  });

  test("none that is known", () => {
    expect(trouble(prod, { dns: [] })).toMatch(/^unknown DNS/);
  });
});

describe("namespaces", () => {
  const namespace = (more: Parts, name = "dynamo") => ({ namespaces: [{ metadata: { name, ...more } }] });

  test("one that is not there, and one that the stack makes", async () => {
    expect(trouble(dev, { namespaces: [] })).toMatch(/^failed namespace, dynamo: it is not there/);
    const needs = await needsOf(devStack({ namespace: { name: "own", create: true } }));
    expect(trouble(needs, { namespaces: [] })).toBe("none");
    const leaving = { namespaces: [{ metadata: { name: "dynamo" }, status: { phase: "Terminating" } }] };
    expect(trouble(dev, leaving)).toMatch(/it is being deleted/);
  });

  test("a level of pod security that refuses the node's directories", () => {
    const labels = (level: string) => namespace({ labels: { "pod-security.kubernetes.io/enforce": level } });
    expect(trouble(dev, labels("privileged"))).toBe("none");
    expect(trouble(dev, labels("baseline"))).toMatch(
      /^failed namespace, dynamo: its pod security level baseline refuses directories/,
    );
    expect(trouble(prod, labels("baseline"))).toBe("none"); // a claim
  });

  describe("OpenShift's range of uids", () => {
    const annotations = { "openshift.io/sa.scc.uid-range": "1000680000/10000" };
    const found = (needs: Needs) => {
      const apis = [
        ...(clusterFor(needs).apis as object[]),
        { group: "config.openshift.io", version: "v1", kinds: [] },
      ];
      return judge(needs, clusterFor(needs, { apis, ...namespace({ annotations }, "nats-system") }))
        .filter(({ check }) => check === "security context")
        .map(({ state, subject, remedy }) => `${state} ${subject} ${remedy ?? ""}`);
    };

    test("pods of another are refused, and the setting is named", () => {
      expect(found(prod)).toEqual([
        "failed nats-system write dynamo:platform.openshift: true, or grant nonroot-v2 to its ServiceAccounts: oc adm policy add-scc-to-group nonroot-v2 system:serviceaccounts:nats-system",
      ]);
    });

    test("with the setting no pod has one", async () => {
      const settings = { discovery: { mode: "nats-etcd" }, platform: { openshift: true } };
      expect(found(await needsOf(devStack(settings)))).toEqual(["passed nats-system "]);
    });
  });
});

test("rights that are denied, and that nobody asked for", () => {
  const rights = clusterFor(dev).rights;
  expect(trouble(dev, { rights: { ...rights, "/Service/dynamo": false } })).toMatch(
    /^failed rights, kubeconfig's user: may not get, create, patch and delete Service in dynamo/,
  );
  expect(trouble(dev, { rights: { ...rights, "/Service/dynamo": { unread: "no answer" } } })).toMatch(
    /^unknown rights, .*no answer/,
  );
  const { "/Service/dynamo": _, ...others } = rights;
  expect(trouble(dev, { rights: others })).toMatch(/^unknown rights, .*Service in dynamo: nobody was asked/);
});
