/** What preflight makes of an API server's answers, as those of each kind of cluster have them. */
import type { KubeConfig } from "@kubernetes/client-node";
import { readStack } from "../../config/project";
import type { Needs } from "../../preflight/needs";
import { ApiFailure, type ApiServer } from "../../preflight/read/apiServer";
import { readApis } from "../../preflight/read/apis";
import { readCluster } from "../../preflight/read/cluster";
import { readControllers, readOperators } from "../../preflight/read/operators";
import { readRight } from "../../preflight/read/rights";
import { kubeconfigFor } from "../apiServer";
import { servers } from "../commands/hostile";
import { needsOf } from "./clusters";

/** Answers by path; lists and namespaces' lists are among them. */
type Answers = Readonly<Record<string, unknown>>;

const items = (...objects: object[]) => ({ items: objects });

/** An API server as the readers of parts see it. */
const answering = (answers: Answers): ApiServer => {
  const get = async (path: string) => {
    const answer = answers[path.replace(/\?.*/, "")];
    if (answer === undefined) throw new ApiFailure(404, '{"message":"it is not there"}');
    return answer;
  };
  return {
    get,
    post: async () => ({}),
    list: async (path) => ((await get(path)) as ReturnType<typeof items>).items,
    close: () => {},
  };
};

describe("a user of a namespace", () => {
  const start = servers();
  let needs: Needs;
  let config: KubeConfig;
  const forbidden = [
    "/apis/apps/v1/deployments",
    "/api/v1/namespaces",
    "/api/v1/nodes",
    "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status",
  ];
  const operator = {
    metadata: { name: "operator", namespace: "dynamo-system" },
    spec: {
      template: {
        spec: {
          containers: [{ name: "manager", image: "nvcr.io/nvidia/ai-dynamo/kubernetes-operator:1.4.2" }],
        },
      },
    },
    status: { readyReplicas: 1 },
  };
  const answers: Answers = {
    "/version": { gitVersion: "v1.36.0" },
    "/apis": {
      kind: "APIGroupDiscoveryList",
      items: [
        {
          metadata: { name: "resource.k8s.io" },
          versions: [
            {
              version: "v1",
              resources: [{ resource: "resourceslices", responseKind: { kind: "ResourceSlice" } }],
            },
          ],
        },
      ],
    },
    "/apis/apps/v1/namespaces/dynamo-system/deployments": items(operator),
    "/api/v1/namespaces/dynamo": { metadata: { name: "dynamo" } },
    "/apis/resource.k8s.io/v1/resourceslices": items({
      spec: { driver: "gpu.nvidia.com", nodeName: "a", devices: [{}, {}] },
    }),
    "/apis/storage.k8s.io/v1/storageclasses": items({
      metadata: { name: "files" },
      provisioner: "files.example.com",
    }),
    "/api/v1/namespaces/openshift-dns/services/dns-default": {
      metadata: { name: "dns-default", namespace: "openshift-dns" },
      spec: { selector: { dns: "default" } },
    },
    "/api/v1/namespaces/dynamo/resourcequotas": items(),
    "/api/v1/namespaces/dynamo/limitranges": items(),
    "/api/v1/pods": items(),
  };

  beforeAll(async () => {
    needs = await needsOf(readStack("dev"));
    const address = await start(({ method, url = "" }, response) => {
      const path = url.replace(/\?.*/, "");
      const [status, answer] =
        method === "POST"
          ? [201, { status: { allowed: true } }]
          : forbidden.includes(path)
            ? [403, { kind: "Status", message: `${path} is forbidden` }]
            : answers[path] === undefined
              ? [404, { kind: "Status", message: `${path} is not there` }]
              : [200, answers[path]];
      response.writeHead(status as number).end(JSON.stringify(answer));
    });
    config = kubeconfigFor(address);
  });

  test("has what their rights show, and for the rest the reason", async () => {
    const read = await readCluster(config, needs);
    expect(read).toMatchObject({
      kubernetes: { gitVersion: "v1.36.0" },
      operators: [{ namespace: "dynamo-system", name: "operator", ready: true }],
      namespaces: [{ metadata: { name: "dynamo" } }],
      nodes: { unread: "not allowed: /api/v1/nodes is forbidden" },
      autoscaler: {
        unread: expect.stringMatching(/^not allowed: .*cluster-autoscaler-status is forbidden$/),
      },
      resourceSlices: [{ driver: "gpu.nvidia.com", node: "a", devices: 2 }],
      deviceClasses: [],
      storageClasses: [{ metadata: { name: "files" } }],
      dns: [{ metadata: { namespace: "openshift-dns" } }],
      prometheuses: [],
    });
    expect(new Set(Object.values(read.rights as Record<string, boolean>))).toEqual(new Set([true]));
  });
});

describe("the operator", () => {
  const deployment = (container: object, pod: object = {}) => ({
    metadata: {
      name: "operator",
      namespace: "platform",
      labels: { "app.kubernetes.io/part-of": "dynamo-operator" },
    },
    spec: { template: { spec: { containers: [{ name: "manager", ...container }], ...pod } } },
  });
  const only = async (answers: Answers, ...found: object[]) => {
    const [operator] = (await readOperators(answering(answers), found)) as object[];
    return operator;
  };
  const slices = (...endpoints: object[]) => ({
    "/apis/discovery.k8s.io/v1/namespaces/platform/endpointslices": items({ endpoints }),
  });

  test("before 1.0 has its settings in arguments, and no password of theirs is kept", async () => {
    const args = [
      "--restrictedNamespace=dynamo",
      "--natsAddr",
      "nats://user:password@nats.platform:4222",
      "--etcdAddr=http://root:password@etcd.platform.svc.cluster.local:2379",
      "-operator-version=0.8.1",
    ];
    expect(
      await only(
        slices({}, { conditions: { ready: false } }, { conditions: { ready: true } }),
        deployment({ args }),
      ),
    ).toEqual({
      namespace: "platform",
      name: "operator",
      image: "",
      version: "0.8.1",
      ready: false,
      namespaceOnly: "dynamo",
      settings: {
        discoveryBackend: undefined,
        nats: "nats://nats.platform:4222",
        etcd: "http://etcd.platform.svc.cluster.local:2379",
      },
      etcdMembers: 2,
    });
  });

  const mounted = deployment(
    {
      args: ["--config=/etc/operator/config.yaml"],
      volumeMounts: [{ name: "config", mountPath: "/etc/operator" }],
    },
    { volumes: [{ name: "config", configMap: { name: "settings" } }] },
  );
  test("has them in a ConfigMap from then on", async () => {
    const config =
      "discovery: { backend: kubernetes }\nnamespace: { restricted: dynamo }\norchestrators: { grove: { enabled: false } }\ninfrastructure: { etcdAddress: etcd.example.com:2379 }\n";
    expect(
      await only(
        { "/api/v1/namespaces/platform/configmaps/settings": { data: { "config.yaml": config } } },
        mounted,
      ),
    ).toMatchObject({
      namespaceOnly: "dynamo",
      settings: { discoveryBackend: "kubernetes", etcd: "etcd.example.com:2379", grove: false },
      etcdMembers: { unread: "it is outside the cluster" },
    });
  });

  test("whose ConfigMap can't be read has none that are known", async () => {
    expect(await only({}, mounted)).toMatchObject({
      settings: { unread: "its settings: it is not there" },
      etcdMembers: { unread: "it has no etcd" },
    });
  });

  test("and controllers are told from other Deployments by their images", async () => {
    const others = ["example.com/web:1", "example.com/my-kubernetes-operator-docs:1"].map((image) => ({
      ...deployment({ image }),
      metadata: { name: "other", namespace: "default" },
    }));
    const copy = {
      ...others[0],
      spec: deployment({ image: "registry.example.com/dynamo-operator@sha256:0" }).spec,
    };
    expect(await readOperators(answering({}), [...others, copy])).toMatchObject([
      { image: "registry.example.com/dynamo-operator@sha256:0" },
    ]);
    const lws = { ...deployment({ image: "registry.k8s.io/lws/lws:v0.7.0" }), status: { readyReplicas: 1 } };
    expect(readControllers([...others, lws])).toMatchObject([{ name: "operator", ready: true }]);
  });
});

test("an API server before 1.27 lists its kinds group by group, and one of them may be down", async () => {
  const api = answering({
    "/apis": {
      kind: "APIGroupList",
      groups: [{ versions: [{ groupVersion: "apps/v1" }, { groupVersion: "metrics.k8s.io/v1" }] }],
    },
    "/apis/apps/v1": {
      resources: [
        { kind: "Deployment", name: "deployments" },
        { kind: "Scale", name: "deployments/scale" },
      ],
    },
  });
  expect(await readApis(api)).toEqual([
    { group: "apps", version: "v1", kinds: [{ kind: "Deployment", plural: "deployments" }] },
    { group: "metrics.k8s.io", version: "v1", kinds: [] },
  ]);
});

test.each<[string, string[], boolean]>([
  ["all verbs", ["*"], true],
  ["each verb", ["get", "create", "patch", "delete"], true],
  ["no deletion", ["get", "create", "patch"], false],
])("who has %s", async (_, allowed, may) => {
  const asked: string[] = [];
  const api: ApiServer = {
    ...answering({}),
    post: async (_path, body) => {
      const { resource, verb } = (body as { spec: { resourceAttributes: Record<string, string> } }).spec
        .resourceAttributes;
      asked.push(String(resource));
      return { status: { allowed: allowed.includes(String(verb)) } };
    },
  };
  const right = { group: "networking.k8s.io", kind: "NetworkPolicy", namespace: "dynamo" };
  expect(await readRight(api, right, Promise.resolve([]))).toBe(may);
  expect(new Set(asked)).toEqual(new Set(["networkpolicies"]));
});
