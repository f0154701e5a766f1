/** Where servers and Jobs have their images from, on which nodes they run, and as whom. */
import { stackConfig } from "../../../config/schema";
import { at, list, text } from "../../../gpus/manifest";
import { etcdRestore } from "../../../plan/servers/etcdRestore";
import { natsSecretFiles } from "../../../plan/servers/natsConf";
import { planStack } from "../../../plan/stack";

const cached = { modelCache: { pvc: { size: "50Gi", download: true } } };
const placement = {
  nodeSelector: { pool: "services" },
  tolerations: [{ key: "dedicated", operator: "Exists" }],
};
const workers = { placement: { gpuProduct: "NVIDIA-B200", tolerations: [{ key: "nvidia.com/gpu" }] } };

function podsOf(config: object, pool: object = {}, graph: object = {}) {
  const server = { replicas: 3, ...pool };
  const plan = planStack(
    stackConfig.parse({
      discovery: { mode: "nats-etcd", nats: server, etcd: { ...server, snapshots: {} } },
      runtime: { version: "1.4.2" },
      graphs: [{ name: "chat", model: "m", ...cached, ...graph }],
      ...config,
    }),
  );
  const { nats, etcd } = plan.discovery.servers ?? {};
  if (!nats || !etcd) throw new Error("no servers");
  const servers = {
    nats: nats.members.statefulSet.spec.template.spec,
    etcd: etcd.members.statefulSet.spec.template.spec,
    access: etcd.access.job.spec.template.spec,
    snapshot: etcd.snapshots?.cronJob.spec.jobTemplate.spec.template.spec,
    restore: etcdRestore(etcd, "a.db")[0]?.spec.template.spec,
  };
  const graphs = plan.graphs[0]?.deployment.spec;
  return { plan, nats, etcd, servers, download: plan.graphs[0]?.download?.spec.template.spec, graphs };
}

const imagesOf = (pod: unknown) =>
  [...list(at(pod, "initContainers")), ...list(at(pod, "containers"))].map((one) => text(at(one, "image")));

test("all images may come from a mirror, by the paths that they have", () => {
  const { servers } = podsOf({ images: { registry: "mirror.example.com:5000/public" } });
  expect(
    [...new Set(Object.values(servers).flatMap(imagesOf))]
      .map((image) => image.replace(/:[^:/]+$/, ""))
      .sort(),
  ).toEqual([
    "mirror.example.com:5000/public/etcd-development/etcd",
    "mirror.example.com:5000/public/library/nats",
    "mirror.example.com:5000/public/library/node",
    "mirror.example.com:5000/public/natsio/prometheus-nats-exporter",
  ]);
});

test("an image of one's own comes before the mirror's", () => {
  const { servers } = podsOf({ images: { registry: "mirror.example.com", etcd: "own/etcd:v3.7.1" } });
  expect(imagesOf(servers.etcd)).toEqual(["own/etcd:v3.7.1"]);
  expect(imagesOf(servers.restore)).toContain("own/etcd:v3.7.1");
});

test("every pod of the stack has the Secrets of the registries", () => {
  const { servers, download, graphs } = podsOf({ images: { pullSecrets: ["a", "b"] } });
  const imagePullSecrets = [{ name: "a" }, { name: "b" }];
  for (const pod of [...Object.values(servers), download]) expect(pod).toMatchObject({ imagePullSecrets });
  for (const service of Object.values(at(graphs, "services") as object))
    expect(service).toMatchObject({ extraPodSpec: { imagePullSecrets } });
});

test("servers, and the Jobs that work on them, run where they are told, on Linux", () => {
  const { servers } = podsOf({}, { placement });
  for (const pod of Object.values(servers))
    expect(pod).toMatchObject({
      nodeSelector: { "kubernetes.io/os": "linux", pool: "services" },
      tolerations: placement.tolerations,
    });
  expect(servers.etcd).toHaveProperty("topologySpreadConstraints");
});

test("a download runs on the workers' nodes, with the graph's proxies", () => {
  const env = [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }];
  const { download } = podsOf({}, {}, { workers, env });
  expect(download).toMatchObject({
    nodeSelector: { "kubernetes.io/os": "linux", "nvidia.com/gpu.product": "NVIDIA-B200" },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
  });
  expect(download?.containers[0]?.env).toEqual(expect.arrayContaining(env));
});

test("a download is of the model's revision, and trusts a proxy's certificate authority", () => {
  const pvc = { size: "50Gi", download: true, moreModels: ["org/draft"] };
  const jobWith = (caCertificate: object) =>
    podsOf({}, {}, { modelRevision: "v1.1", modelCache: { pvc: { ...pvc, caCertificate } } }).download;
  const job = jobWith({ configMap: "proxy-ca", key: "proxy.crt" });
  expect(job?.containers[0]).toMatchObject({
    env: expect.arrayContaining([
      { name: "REVISION", value: "v1.1" },
      { name: "CA_CERTIFICATE", value: "/etc/ca-certificate/proxy.crt" },
    ]),
    volumeMounts: [{ name: "model-cache" }, { name: "ca-certificate", mountPath: "/etc/ca-certificate" }],
  });
  const items = [{ key: "proxy.crt", path: "proxy.crt" }];
  expect(job?.volumes).toContainEqual({ name: "ca-certificate", configMap: { name: "proxy-ca", items } });
  expect(jobWith({ secret: "proxy-ca" })?.volumes).toContainEqual({
    name: "ca-certificate",
    secret: { secretName: "proxy-ca", items: [{ key: "ca.crt", path: "ca.crt" }] },
  });
  expect(JSON.stringify(podsOf({}).download)).not.toMatch(/"(REVISION|CA_CERTIFICATE)"/);
});

test("on OpenShift no pod names a user or a group", () => {
  const { servers, download, graphs } = podsOf({ platform: { openshift: true } });
  expect(JSON.stringify([servers, download, graphs])).not.toMatch(/runAsUser|runAsGroup|fsGroup"/);
  for (const pod of [...Object.values(servers), download])
    expect(pod).toMatchObject({ securityContext: { runAsNonRoot: true } });
  // With a security context of the pod's own, the operator names no group.
  for (const service of Object.values(at(graphs, "services") as object))
    expect(service).toHaveProperty("extraPodSpec.securityContext");
});

test("members find each other by the cluster's domain", () => {
  const { nats, etcd, servers } = podsOf({ platform: { clusterDomain: "corp.example" } });
  const routes = natsSecretFiles(nats, { users: {}, route: "r" });
  const restore = etcdRestore(etcd, "a.db");
  expect(JSON.stringify([servers, routes, restore])).not.toContain("cluster.local");
  expect(JSON.stringify(routes)).toContain("nats-1.nats-headless.nats-system.svc.corp.example");
  expect(JSON.stringify(servers.etcd)).toContain("etcd-1.etcd-headless.etcd-system.svc.corp.example");
});

test("DNS is let through on OpenShift's port, too", () => {
  const [, policy] = podsOf({}).nats.guard.networkPolicies;
  expect(policy?.spec.egress[0]?.ports).toContainEqual({ port: 5353, protocol: "UDP" });
});
