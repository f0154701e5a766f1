/** Which clusters, namespaces and platforms a stack may not be brought to. */
import { deployedStack } from "../../../components/hooks/deployedStack";
import { refuseMissingNamespaces } from "../../../components/hooks/missingNamespaces";
import { refuseToLoseNamespace } from "../../../components/hooks/namespaceLoss";
import { refuseWrongPlatform } from "../../../components/hooks/platform";
import type { PlatformPlan } from "../../../plan/platform";
import type { StackPlan } from "../../../plan/stack";
import { clusters, unreachable } from "../../apiServer";
import { inEngine, told } from "./engine";

const cluster = clusters();
const message = (run: Promise<unknown>) =>
  run.then(
    () => "",
    (error: Error) => error.message,
  );
const namespace = (name: string, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, ...metadata },
});

describe("the cluster that a stack is on", () => {
  const uid = { uid: "here" };
  const look = async (outputs: object, identifier?: string, isPreview = false) => {
    const fake = await cluster();
    fake.add({ ...namespace("kube-system", uid) });
    return inEngine(() => deployedStack({ identifier } as never, fake.address), { outputs, isPreview });
  };

  test("is noted, with the graphs that it had", async () =>
    expect(await look({ graphs: { chat: { deployment: "chat" } }, cluster: uid })).toEqual({
      graphs: { chat: { deployment: "chat" } },
      cluster: { uid: "here", identifier: undefined },
    }));
  test("is noted at first", async () =>
    expect(await look({}, "a")).toEqual({ graphs: {}, cluster: { uid: "here", identifier: "a" } }));

  test.each([
    [
      { cluster: { uid: "gone" } },
      undefined,
      /^dynamo:cluster.context: it leads to another cluster .* UID here, and not gone\)/,
    ],
    [
      { cluster: { ...uid, identifier: "a" } },
      "b",
      /^dynamo:cluster.identifier: it is "b", and .* with "a": write a again/,
    ],
    [
      { cluster: { ...uid, identifier: "a" } },
      undefined,
      /^dynamo:cluster.identifier: it is none, and .* with "a": write a again/,
    ],
    [{ cluster: uid }, "b", /^dynamo:cluster.identifier: it is "b", and .* with none: take it out/],
  ])("that %j was is not another's of %s", async (outputs, identifier, words) =>
    expect(await message(look(outputs, identifier))).toMatch(words),
  );

  test("need not be read", async () => {
    const fake = await cluster({ "/namespaces/kube-system": 403 });
    const run = () => inEngine(() => deployedStack({} as never, fake.address), { outputs: { cluster: uid } });
    expect((await run()).cluster).toEqual({ uid: "here", identifier: undefined });
  });

  test("must answer an update, and is missed by a preview", async () => {
    const look = (isPreview: boolean) =>
      inEngine(() => deployedStack({} as never, unreachable), { isPreview });
    expect(await message(look(false))).toMatch(
      /^the cluster does not answer \(dynamo:cluster.context, KUBECONFIG\): /,
    );
    expect(await told(() => look(true))).toEqual([
      expect.stringMatching(/^warn: .*not known to this preview$/),
    ]);
  });
});

describe("namespaces", () => {
  const guarded = (name: string) => ({ guard: { namespace: { metadata: { name } } } });
  const servers = { nats: guarded("nats-system"), etcd: guarded("etcd-system") };
  const plan = (create: boolean, clientNamespaces?: readonly string[]) =>
    ({
      namespace: { name: "dynamo", create },
      discovery: { servers: clientNamespaces && { ...servers, clientNamespaces } },
    }) as unknown as StackPlan;
  const look = async (wanted: StackPlan, there: object[], isPreview = false) => {
    const fake = await cluster();
    fake.add(...there);
    return message(inEngine(() => refuseMissingNamespaces(wanted, fake.address), { isPreview }));
  };

  test("that others make must be there", async () => {
    expect(await look(plan(false), [namespace("dynamo")])).toBe("");
    expect(await look(plan(true), [])).toBe("");
    expect(await look(plan(false), [])).toBe(
      "dynamo:namespace.name: the cluster has no namespace dynamo: make it by `kubectl create namespace dynamo`, or write dynamo:namespace.create: true. Nothing was changed",
    );
    expect(await look(plan(true, ["team"]), [])).toMatch(
      /^dynamo:discovery.clientNamespaces: the cluster has no namespace team: .*, or take it out/,
    );
  });

  test("that are being deleted are no place for an update", async () => {
    const going = ["dynamo", "nats-system"].map((name) => namespace(name, { deletionTimestamp: new Date() }));
    const lines = (await look(plan(true, []), going)).split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^dynamo:namespace.name: namespace dynamo is still being deleted: /);
    expect(lines[1]).toMatch(/^dynamo:discovery.mode: namespace nats-system is still being deleted: /);
    expect(await look(plan(true, []), going, true)).toBe("");
  });

  test("that may not be read are taken for there", async () => {
    const fake = await cluster({ "/namespaces/dynamo": 403 });
    expect(await message(inEngine(() => refuseMissingNamespaces(plan(false), fake.address)))).toBe("");
  });

  const urn = (name: string) => `urn:pulumi:dev::dynamo::kubernetes:core/v1:Namespace::${name}`;
  const made = (name: string, key: string) => ({
    [urn(key)]: { outputs: { apiVersion: "v1", kind: "Namespace", metadata: { name, uid: name } } },
  });
  const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "old" } };
  const lose = async (wanted: StackPlan, state: object, ...there: object[]) => {
    const fake = await cluster();
    fake.add(...there);
    return message(inEngine(() => refuseToLoseNamespace(wanted, fake.address), { state: state as never }));
  };

  test("that the stack has made stay while others have something there", async () => {
    const state = made("old", "namespace");
    expect(
      await lose(plan(true), made("dynamo", "namespace"), {
        ...settings,
        metadata: { name: "a", namespace: "dynamo" },
      }),
    ).toBe("");
    expect(await lose(plan(true), state)).toBe("");
    expect(await lose(plan(true), state, settings)).toMatch(
      /^dynamo:namespace.name: the stack has made old, .* what others have there: ConfigMap old\/settings\. Move these first; or, where the namespace is to stay, first `pulumi state delete --target-dependents 'urn:/,
    );
    expect(await lose(plan(true), made("old", "nats-namespace"), settings)).toMatch(
      /^dynamo:discovery: the stack has made old, .* set it back, with keepVolumes: true/,
    );
  });

  test("what the cluster or the stack itself has made there is nobody's", async () => {
    const own = { "pulumi-dynamo/stack": "dev-2b6ee6b7f3a4c1d0" };
    const by = (name: string, metadata: object, rest: object = {}) => ({
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "old", ...metadata } },
      ...rest,
    });
    const there = [
      by("kube-root-ca.crt", {}),
      by("owned", { ownerReferences: [{ uid: "a" }] }),
      by("of-operator", { labels: { "app.kubernetes.io/managed-by": "dynamo-operator" } }),
      by("of-controllers", { managedFields: [{ manager: "kube-controller-manager" }] }),
      by("event", {}, { kind: "Event" }),
    ];
    expect(await lose(plan(true), made("old", "namespace"), ...there)).toBe("");
    // A copy of a manifest has the label, too, and Pulumi has not written it.
    const strangers = [
      by("copied", { labels: own }),
      by("mixed", { managedFields: [{ manager: "kube-scheduler" }, { manager: "kubectl" }] }),
    ];
    expect(await lose(plan(true), made("old", "namespace"), ...there, ...strangers)).toContain(
      "ConfigMap old/copied, ConfigMap old/mixed",
    );
  });

  test("of graphs that the config no longer makes is refused as such", async () =>
    expect(await lose(plan(false), made("dynamo", "namespace"))).toMatch(
      /^dynamo:namespace.create: the stack has made dynamo, and without it would delete it with all that is there/,
    ));
});

describe("the platform", () => {
  const wanted = { name: "dynamo-platform", namespace: "dynamo-system", version: "1.4.2" } as PlatformPlan;
  const release = (version: string, namespace = "dynamo-system") => ({
    "urn:pulumi:dev::dynamo::dynamo:index:Platform$kubernetes:helm.sh/v3:Release::platform": {
      outputs: { name: "dynamo-platform", namespace, version },
    },
  });
  const crd = (metadata: object) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "dynamographdeployments.nvidia.com", ...metadata },
  });
  const operator = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "operator", namespace: "other" },
    spec: {
      template: { spec: { containers: [{ name: "manager", image: "nvcr.io/x/kubernetes-operator:1.3.0" }] } },
    },
  };
  const graph = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "chat", namespace: "team" },
  };
  const look = async (plan: PlatformPlan | undefined, state: object, ...there: object[]) => {
    const fake = await cluster();
    fake.add(...there);
    return message(inEngine(() => refuseWrongPlatform(plan, fake.address), { state: state as never }));
  };

  test("is installed where there is none, changed by one release line, and taken away where nobody needs it", async () => {
    expect(await look(wanted, {})).toBe("");
    expect(await look(wanted, release("1.3.0"), operator)).toBe("");
    expect(await look(undefined, release("1.4.2"))).toBe("");
    expect(await look(undefined, {}, graph)).toBe("");
    expect(
      await look(wanted, {}, crd({ annotations: { "dynamo.nvidia.com/operator-version": "1.4.2" } })),
    ).toBe("");
  });

  test.each<[string, PlatformPlan | undefined, object, object[], RegExp]>([
    [
      "another operator",
      wanted,
      {},
      [operator],
      /^dynamo:platform.install: other\/operator \(nvcr.io\/x\/kubernetes-operator:1.3.0\) is there already/,
    ],
    [
      "CRDs that another keeps",
      wanted,
      {},
      [crd({ labels: { "app.kubernetes.io/managed-by": "Helm" } })],
      /the CRDs of nvidia.com are kept by Helm/,
    ],
    [
      "newer CRDs",
      wanted,
      {},
      [crd({ annotations: { "dynamo.nvidia.com/operator-version": "1.5.0" } })],
      /^dynamo:platform.install.version: the CRDs of nvidia.com are of operator 1.5.0, .*: write 1.5.0 or newer/,
    ],
    [
      "a release of its name",
      wanted,
      {},
      [
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: {
            name: "sh.helm",
            namespace: "dynamo-system",
            labels: { owner: "helm", name: "dynamo-platform" },
          },
        },
      ],
      /there is a Helm release dynamo-platform in dynamo-system that the stack's state does not have/,
    ],
    [
      "too long a step",
      wanted,
      release("1.2.0"),
      [],
      /^dynamo:platform.install.version: from 1.2.0 to 1.4.2 is more than one release line/,
    ],
    [
      "another namespace",
      wanted,
      release("1.4.2", "old"),
      [],
      /^dynamo:platform.namespace: the stack's platform is in old, .*: write old again/,
    ],
    [
      "graphs that need it",
      undefined,
      release("1.4.2"),
      [graph],
      /^dynamo:platform.install: the stack has installed the platform, which would go, .* DynamoGraphDeployment team\/chat: delete these first/,
    ],
  ])("is refused for %s", async (_, plan, state, there, words) =>
    expect(await look(plan, state, ...there)).toMatch(words),
  );

  test("is not installed where it can't be known what is there", async () => {
    const fake = await cluster({ "/apis/apps/v1/deployments": 403 });
    expect(await message(inEngine(() => refuseWrongPlatform(wanted, fake.address)))).toMatch(
      /^dynamo:platform.install: whether a platform is there is not known: not allowed: /,
    );
  });

  test("a preview without a cluster judges what the state has", async () => {
    const look = (state: object) =>
      message(
        inEngine(() => refuseWrongPlatform(wanted, unreachable), { state: state as never, isPreview: true }),
      );
    expect(await look({})).toBe("");
    expect(await look(release("1.2.0"))).toMatch(/more than one release line/);
  });
});
