/** What every pod and every namespace of NATS and etcd has in common. */
import { etcdRestore } from "../../../plan/servers/etcdRestore";
import type { GuardedNamespacePlan } from "../../../plan/servers/guardedNamespace";
import { etcd, nats, natsEtcdPlan } from "./natsEtcdPlan";

const plans = { nats: nats({ replicas: 3 }), etcd: etcd({ replicas: 3, snapshots: {} }) };

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly serviceAccountName: string;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly object[];
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: object;
}

const pods: Record<string, unknown> = {
  "a NATS member": plans.nats.members.statefulSet.spec.template.spec,
  "an etcd member": plans.etcd.members.statefulSet.spec.template.spec,
  "the Job of etcd's users": plans.etcd.access.job.spec.template.spec,
  "a snapshot": plans.etcd.snapshots?.cronJob.spec.jobTemplate.spec.template.spec,
  "a restore": etcdRestore(plans.etcd, "a.db")[0]?.spec.template.spec,
};

describe.each(Object.entries(pods))("%s", (_, spec) => {
  const pod = spec as Pod;
  const containers = [...(pod.initContainers ?? []), ...pod.containers];

  test("has an account of its own without a token", () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(["nats", "etcd"]).toContain(pod.serviceAccountName);
  });

  test("runs as no root, and writes nowhere but in its volumes", () => {
    expect(pod).toMatchObject({ securityContext: { runAsNonRoot: true, runAsUser: 65532 } });
    for (const { securityContext } of containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      });
  });

  test("asks for what it may use, and names a version of each image", () => {
    for (const { resources, image } of containers) {
      expect(resources.requests).toEqual(resources.limits);
      expect(image).toMatch(/:v?\d+\.\d+\.\d+/);
    }
  });
});

describe("the policies", () => {
  const config = {
    namespace: { name: "graphs" },
    platform: { namespace: "operators" },
    monitoring: { namespace: "observability" },
  };
  const { nats, etcd } = natsEtcdPlan({}, config).servers;
  const from = (guard: GuardedNamespacePlan | undefined, pods: string, port: number) =>
    guard?.networkPolicies
      .find(({ metadata }) => metadata.name === pods)
      ?.spec.ingress.find(({ ports }) => ports.some((open) => open.port === port))?.from;
  const namespaces = (...names: string[]) =>
    names.map((name) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    }));
  const ofName = (name: string) =>
    expect.objectContaining({
      podSelector: { matchLabels: expect.objectContaining({ "app.kubernetes.io/name": name }) },
    });

  test.each([
    ["clients of NATS", nats, "nats", 4222, namespaces("graphs", "operators")],
    ["its members among each other", nats, "nats", 6222, [ofName("nats")]],
    ["Prometheus to its exporter", nats, "nats", 7777, namespaces("observability")],
    ["members of etcd among each other", etcd, "etcd", 2380, [ofName("etcd")]],
    ["Prometheus to etcd", etcd, "etcd", 2381, namespaces("observability")],
  ])("let in %s", (_, plan, pods, port, peers) => {
    expect(from(plan?.guard, pods, port)).toEqual(peers);
  });

  test("let in clients of other namespaces where the config names them, each once", () => {
    const clientNamespaces = ["team-b", "graphs", "operators", "team-b"];
    const { nats, etcd, clientNamespaces: others } = natsEtcdPlan({ clientNamespaces }, config).servers;
    expect(from(nats?.guard, "nats", 4222)).toEqual(namespaces("graphs", "operators", "team-b"));
    expect(from(etcd?.guard, "etcd", 2379)?.slice(0, 3)).toEqual(namespaces("graphs", "operators", "team-b"));
    expect(from(nats?.guard, "nats", 6222)).toEqual([ofName("nats")]);
    expect(others).toEqual(["team-b", "operators"]); // the graphs' own has its Secrets
  });

  test("let clients and its own tools into etcd", () => {
    expect(from(etcd?.guard, "etcd", 2379)).toEqual([
      ...namespaces("graphs", "operators"),
      { podSelector: { matchLabels: { "app.kubernetes.io/part-of": "etcd" } } },
    ]);
  });

  test.each([
    ["nats", nats, [4222, 6222, 7777]],
    ["etcd", etcd, [2379, 2380, 2381]],
  ])("of %s open no port but these, and none to everyone", (_, plan, open) => {
    const rules = plan?.guard.networkPolicies.flatMap(({ spec }) => spec.ingress) ?? [];
    expect(rules.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual(open);
    for (const { from } of rules) expect(from.length).toBeGreaterThan(0);
  });

  test.each([
    ["nats", nats],
    ["etcd", etcd],
  ])("of %s deny the rest, and its pods are restricted", (_, plan) => {
    expect(plan?.guard.networkPolicies[0]?.spec).toEqual({
      podSelector: { matchLabels: {} },
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
    });
    expect(plan?.guard.namespace.metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
  });
});
