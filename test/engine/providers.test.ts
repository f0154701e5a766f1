import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { owned } from "../../components/hooks/ownership";
import { withoutOutputs } from "../../rehearsal/bareUpdate";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { createNodes } from "../../rehearsal/nodes";
import { ClusterApi, type KubernetesObject } from "../../rehearsal/providers/clusterApi";
import { serveProviders } from "../../rehearsal/providers/server";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";

jest.setTimeout(180_000);

let plane: ControlPlane;
let providers: Awaited<ReturnType<typeof serveProviders>>;
let cluster: ClusterApi;
let home: string;
const stacks: Stack[] = [];

beforeAll(async () => {
  const tools = await buildTools(rehearsalTools);
  process.env.PATH = [dirname(tools.pulumi), process.env.PATH].join(delimiter);
  plane = await startControlPlane(tools);
  await createNodes(plane.kubeconfig, { nodes: 1, gpusPerNode: 8 });
  providers = await serveProviders();
  cluster = await ClusterApi.connect(plane.kubeconfig);
  home = await mkdtemp(join(tmpdir(), "providers-"));
}, 1_200_000);

afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.destroy();
});

afterAll(async () => {
  await providers?.stop();
  await plane?.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 10 }); // a process that is cancelled may still write
});

type Program = (provider: kubernetes.Provider) => Record<string, unknown> | undefined;

/** A stack of its own backend, whose program a test may exchange between two updates. */
async function stackOf(name: string, args: kubernetes.ProviderArgs = {}) {
  const backend = join(home, name);
  await mkdir(backend);
  let program: Program = () => undefined;
  const stack = await LocalWorkspace.createOrSelectStack(
    {
      projectName: "providers",
      stackName: name,
      program: async () => {
        const fixed = { kubeconfig: plane.kubeconfig, clusterIdentifier: "rehearsal" };
        return program(new kubernetes.Provider("cluster", { ...fixed, ...args }));
      },
    },
    {
      workDir: backend,
      projectSettings: { name: "providers", runtime: "nodejs", backend: { url: `file://${backend}` } },
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_DEBUG_PROVIDERS: providers.debugProviders,
        PULUMI_HOME: join(home, "pulumi"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
  stacks.push(stack);
  return {
    stack,
    /** The changes by kind of step. */
    up: async (next: Program) => {
      program = next;
      const { summary } = await withoutOutputs(stack).up();
      return summary.resourceChanges as Record<string, number>;
    },
    preview: async (next: Program) => {
      program = next;
      return stack.preview({ diff: true });
    },
    state: async () => {
      const { deployment } = await stack.exportStack();
      return deployment.resources as {
        urn: string;
        id: string;
        initErrors?: string[];
        outputs?: { kind?: string };
      }[];
    },
    file: () => readFile(join(backend, ".pulumi", "stacks", "providers", `${name}.json`), "utf8"),
  };
}

const at = (apiVersion: string, kind: string, name: string, namespace = "default") =>
  ({ apiVersion, kind, metadata: { name, namespace } }) as KubernetesObject;

const named = (name: string, annotations: Record<string, string> = {}) => ({
  metadata: { name, annotations },
});

const configMap = (name: string, data: Record<string, string>, annotations = {}): Program => {
  return (provider) => {
    new kubernetes.core.v1.ConfigMap(name, { ...named(name, annotations), data }, { provider });
  };
};

function deployment(
  name: string,
  { replicas = 1, annotations = {}, app = name, timeout = "30s" } = {},
): Program {
  return (provider) => {
    const labels = { app };
    const spec = { containers: [{ name: "app", image: "registry.k8s.io/pause:3.10" }] };
    new kubernetes.apps.v1.Deployment(
      name,
      {
        ...named(name, annotations),
        spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      },
      { provider, customTimeouts: { create: timeout, update: timeout } },
    );
  };
}

class RandomPassword extends pulumi.CustomResource {
  declare readonly result: pulumi.Output<string>;

  constructor(name: string, args: { length: number; special?: boolean; keepers?: Record<string, string> }) {
    const inputs = { result: undefined, ...args };
    super("random:index/randomPassword:RandomPassword", name, inputs, {
      additionalSecretOutputs: ["result"],
    });
  }
}

const whole =
  (port: number, token: string): Program =>
  (provider) => {
    const namespace = new kubernetes.core.v1.Namespace("whole", named("whole"), { provider }).metadata.name;
    const metadata = { namespace };
    new kubernetes.core.v1.ConfigMap("settings", { metadata, data: { port: `${port}` } }, { provider });
    new kubernetes.core.v1.Secret(
      "token",
      { metadata, stringData: { token: pulumi.secret(token) } },
      { provider },
    );
    const labels = { app: "web" };
    const web = new kubernetes.apps.v1.Deployment(
      "web",
      {
        metadata: { ...metadata, name: "web" },
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: "web",
                  image: "registry.k8s.io/pause:3.10",
                  env: [{ name: "TOKEN", value: pulumi.secret(token) }],
                  resources: { requests: { cpu: "1000m", memory: "1024Mi" } },
                },
              ],
            },
          },
        },
      },
      { provider },
    );
    const service = new kubernetes.core.v1.Service(
      "web",
      {
        metadata: { ...metadata, name: "web" },
        spec: { selector: labels, ports: [{ port: 80, targetPort: port }] },
      },
      { provider, dependsOn: web },
    );
    return { clusterIP: service.spec.clusterIP };
  };

test("a stack comes up, stays as it is, changes in place and goes without a trace", async () => {
  const { stack, up, preview, file } = await stackOf("whole");
  expect(await up(whole(8080, "hunter2"))).toEqual({ create: 7 });
  expect((await stack.outputs()).clusterIP?.value).toMatch(/^10\./);

  const state = await file();
  for (const text of ["hunter2", Buffer.from("hunter2").toString("base64")])
    expect(state).not.toContain(text);
  expect(await up(whole(8080, "hunter2"))).toEqual({ same: 7 });
  await stack.refresh();
  expect(await up(whole(8080, "hunter2"))).toEqual({ same: 7 });

  const { stdout } = await preview(whole(8081, "hunter3"));
  expect(stdout).toMatch(/targetPort: 8080 => 8081/);
  expect(stdout).not.toMatch(/hunter/);
  // New data makes a new ConfigMap and a new Secret, as both have names of their own making.
  expect(await up(whole(8081, "hunter3"))).toEqual({ update: 2, replace: 2, same: 3 });
  const service = await cluster.read(at("v1", "Service", "web", "whole"));
  expect(service).toMatchObject({ spec: { ports: [{ port: 80, targetPort: 8081 }] } });

  await stack.destroy();
  await expect(cluster.read(at("v1", "Namespace", "whole"))).rejects.toThrow("not found");
});

test("what the program no longer says is taken out of the object", async () => {
  const { up } = await stackOf("removal", { enableConfigMapMutable: true });
  await up(configMap("removal", { kept: "1", dropped: "1" }, { note: "1" }));
  expect(await up(configMap("removal", { kept: "2" }))).toMatchObject({ update: 1 });
  const live = await cluster.read(at("v1", "ConfigMap", "removal"));
  expect(live.data).toEqual({ kept: "2" });
  expect(live.metadata.annotations).toBeUndefined();
});

test("an object that exists already is refused, and left alone", async () => {
  await cluster.create(
    { ...at("v1", "ConfigMap", "taken"), data: { a: "1" } },
    { fieldManager: "hand", dryRun: false },
  );
  const { up } = await stackOf("taken");
  await expect(up(configMap("taken", { a: "2" }))).rejects.toThrow(/"taken" already exists/);
  const taken = at("v1", "ConfigMap", "taken");
  expect(await cluster.read(taken)).toMatchObject({ data: { a: "1" } });
  await cluster.delete(taken, "Background");
});

test("a change of what can't change replaces the object, the old one first where the name is fixed", async () => {
  const { up } = await stackOf("replacement");
  await up(deployment("replacement"));
  const before = await cluster.read(at("apps/v1", "Deployment", "replacement"));
  expect(await up(deployment("replacement", { app: "other" }))).toMatchObject({ replace: 1 });
  const after = await cluster.read(at("apps/v1", "Deployment", "replacement"));
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
});

test("an object that doesn't become ready stays in the state, with what was seen, and is awaited again", async () => {
  const { up, state } = await stackOf("waiting");
  const never = { "pulumi.com/waitFor": "condition=Never" };
  await expect(up(deployment("waiting", { annotations: never, timeout: "5s" }))).rejects.toThrow(
    /timed out waiting for the condition[\s\S]*waiting for Never=True: found .*Available=(True|False)/,
  );
  const stored = (await state()).find(({ outputs }) => outputs?.kind === "Deployment");
  expect(stored).toMatchObject({
    id: "default/waiting",
    initErrors: expect.arrayContaining([expect.anything()]),
  });

  await expect(up(deployment("waiting", { annotations: never, timeout: "5s" }))).rejects.toThrow(/Never/);
  const ready = { "pulumi.com/waitFor": '["condition=available", "jsonpath={.status.readyReplicas}=1"]' };
  expect(await up(deployment("waiting", { annotations: ready }))).toMatchObject({ update: 1 });
  expect((await state()).every(({ initErrors }) => !initErrors?.length)).toBe(true);
});

test("a field that another manager holds is a conflict, unless it is forced", async () => {
  const { up } = await stackOf("conflict");
  await up(deployment("conflict"));
  const theirs = { ...at("apps/v1", "Deployment", "conflict"), spec: { replicas: 2 } };
  await cluster.apply(theirs, { fieldManager: "autoscaler", dryRun: false, force: true });
  await expect(up(deployment("conflict", { replicas: 3 }))).rejects.toThrow(
    /conflict with "autoscaler"[\s\S]*\.spec\.replicas/,
  );
  const forced = { "pulumi.com/patchForce": "true" };
  expect(await up(deployment("conflict", { replicas: 3, annotations: forced }))).toMatchObject({ update: 1 });
});

test("a refresh sees what was changed by hand, and the next update sets it right", async () => {
  const { stack, up } = await stackOf("drift", { enableConfigMapMutable: true });
  const program = configMap("drift", { a: "1" });
  await up(program);
  await cluster.patch(at("v1", "ConfigMap", "drift"), [{ op: "replace", path: "/data", value: { b: "2" } }]);
  const { summary } = await stack.refresh();
  expect(summary.resourceChanges).toMatchObject({ update: 1 });
  expect(await up(program)).toMatchObject({ update: 1 });
  expect(await cluster.read(at("v1", "ConfigMap", "drift"))).toMatchObject({ data: { a: "1", b: "2" } });

  await cluster.delete(at("v1", "ConfigMap", "drift"), "Background");
  expect((await stack.refresh()).summary.resourceChanges).toMatchObject({ delete: 1 });
});

test.each([
  ["waits for the object's dependents", {}],
  ["leaves the dependents to the cluster", { "pulumi.com/deletionPropagationPolicy": "background" }],
])("deletion %s with %j", async (_, annotations) => {
  const isForeground = Object.keys(annotations).length === 0;
  const { stack, up } = await stackOf(isForeground ? "foreground" : "background");
  await up(configMap("owner", {}, annotations));
  const owner = at("v1", "ConfigMap", "owner");
  const { uid = "" } = (await cluster.read(owner)).metadata;
  const dependent = at("v1", "ConfigMap", "dependent");
  const ownerReferences = [
    { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid, blockOwnerDeletion: true },
  ];
  const metadata = { ...dependent.metadata, finalizers: ["example.com/hold"], ownerReferences };
  await cluster.create({ ...dependent, metadata }, { fieldManager: "hand", dryRun: false });

  const destroyed = stack.destroy();
  while (!(await cluster.read(dependent)).metadata.deletionTimestamp) await sleep(100);
  if (isForeground) expect((await cluster.read(owner)).metadata.finalizers).toEqual(["foregroundDeletion"]);
  else await destroyed;
  await cluster.patch(dependent, [{ op: "replace", path: "/metadata/finalizers", value: [] }]);
  await destroyed;
  await expect(cluster.read(owner)).rejects.toThrow("not found");
});

test("two providers of a stack keep their settings apart", async () => {
  const { up } = await stackOf("apart", { namespace: "default" });
  await up((provider) => {
    configMap("apart", {})(provider);
    const other = new kubernetes.Provider("other", {
      kubeconfig: plane.kubeconfig,
      namespace: "kube-public",
    });
    configMap("other", {})(other);
  });
  await cluster.read(at("v1", "ConfigMap", "apart", "default"));
  await cluster.read(at("v1", "ConfigMap", "other", "kube-public"));
});

test("only another cluster identifier makes another provider", async () => {
  const { up } = await stackOf("identity");
  const on =
    (clusterIdentifier: string, namespace: string): Program =>
    () => {
      new kubernetes.Provider("other", { kubeconfig: plane.kubeconfig, clusterIdentifier, namespace });
    };
  await up(on("here", "default"));
  expect(await up(on("here", "kube-public"))).toEqual({ same: 2, update: 1 });
  expect(await up(on("there", "kube-public"))).toEqual({ same: 2, replace: 1 });
});

test("a password stays the same until one of its inputs changes", async () => {
  const { up, file } = await stackOf("password", { enableSecretMutable: true });
  const password =
    (length: number, others = 0): Program =>
    (provider) => {
      for (let other = 0; other < others; other++) new RandomPassword(`other-${other}`, { length: 8 });
      const { result } = new RandomPassword("password", { length, special: false });
      const stringData = { password: result };
      new kubernetes.core.v1.Secret("password", { ...named("password"), stringData }, { provider });
      return undefined;
    };
  const inCluster = async () => {
    const { data } = (await cluster.read(at("v1", "Secret", "password"))) as { data?: { password: string } };
    return Buffer.from(data?.password ?? "", "base64").toString();
  };
  await up(password(24));
  const first = await inCluster();
  expect(first).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(await file()).not.toContain(first);
  expect(await file()).not.toContain(Buffer.from(first).toString("base64"));

  await up(password(24, 1));
  expect(await inCluster()).toBe(first);
  expect(await up(password(32, 1))).toMatchObject({ replace: 1 });
  expect(await inCluster()).toHaveLength(32);
});

test("what the state has under another name is not taken up, to be deleted as the old one", async () => {
  const { up, preview } = await stackOf("renamed", { upsertExistingObjects: true });
  const named = (name: string): Program => {
    return (provider) => {
      const metadata = { name: "renamed", namespace: "default" };
      new kubernetes.core.v1.ConfigMap(name, { metadata }, owned(name, { provider }));
      return undefined;
    };
  };
  expect((await preview(named("one"))).changeSummary).toEqual({ create: 3 }); // which does not know the provider's cluster
  await up(named("one"));
  await expect(up(named("other"))).rejects.toThrow(
    /ConfigMap default\/renamed is in the stack's state already/,
  );
  await cluster.read(at("v1", "ConfigMap", "renamed"));
});

test("without a cluster a preview works on the inputs, and an update fails", async () => {
  const { up, preview } = await stackOf("unreachable", { kubeconfig: "not a kubeconfig" });
  expect((await preview(deployment("unreachable"))).changeSummary).toEqual({ create: 3 });
  await expect(up(deployment("unreachable"))).rejects.toThrow("configured Kubernetes cluster is unreachable");
});

test("a cancelled update ends its wait and keeps what it made", async () => {
  const { stack, state } = await stackOf("ended");
  const cancellation = new AbortController();
  let output = "";
  const never = { "pulumi.com/waitFor": "condition=Never" };
  const update = stack.up({
    program: async () => {
      const provider = new kubernetes.Provider("cluster", { kubeconfig: plane.kubeconfig });
      deployment("waiting", { annotations: never })(provider);
    },
    signal: cancellation.signal,
    onOutput: (text) => {
      output += text;
      if (output.includes("waiting for Never")) cancellation.abort();
    },
  });
  await expect(update).rejects.toThrow(/operation was cancelled/);
  expect((await state()).some(({ id }) => id === "default/waiting")).toBe(true);
});
