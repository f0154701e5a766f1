/** Whose objects are whose: what others have in the cluster stays as it is, whatever becomes of the stack's name and state. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { clusterConfig } from "../../rehearsal/clients";
import { type PulumiEngine, startEngine } from "../../rehearsal/engine";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { devStack } from "../devStack";
import { random } from "../random";
import { attempt } from "./attempt";
import { killedUpdate } from "./killedUpdate";
import { operatorCrds } from "./realCrds";

jest.setTimeout(240_000);

const owner = ownerOf({ project: "dynamo", stack: "dev" });
const namespace = "dynamo";
/** Of a release whose graphs are written as others write them here. */
const dev = devStack({ runtime: { version: "0.8.1" } });
const { graphs } = dev.settings;
/** Another graph. */
const more = { name: "more", model: "m", workers: { gpus: 1 } };
let rehearsal: Rehearsal;
let engine: PulumiEngine;
/** A stack of the same project with almost the same name, in a namespace of its own. */
let neighbour: PulumiEngine;
let objects: KubernetesObjectApi;

type Labels = Readonly<Record<string, string>>;
const graph = (name: string, labels: Labels, where = namespace) => ({
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeployment",
  metadata: { name, namespace: where, labels },
  spec: { backendFramework: "vllm", envs: [], services: {} },
});
const object = (apiVersion: string, kind: string, name: string, rest: object, labels: Labels = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace, labels },
  ...rest,
});

/** One of each kind that a stack makes, with labels that look like a stack's. */
const common = { "app.kubernetes.io/part-of": "dynamo-dev" };
const copied = { [ownerLabel]: owner };
const others = [
  graph("helm-made", { ...common, "app.kubernetes.io/managed-by": "Helm" }),
  graph("kustomize-made", common),
  graph("copied", copied),
  object("v1", "Service", "copied", { spec: { ports: [{ port: 1 }] } }, copied),
  object("v1", "ConfigMap", "copied", { data: { a: "b" } }, copied),
  object("v1", "Secret", "copied", { stringData: { a: "b" } }, copied),
  object("v1", "ResourceQuota", "copied", { spec: { hard: { pods: "1000" } } }, copied),
  object(
    "v1",
    "PersistentVolumeClaim",
    "copied",
    {
      spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
    },
    copied,
  ),
  object("monitoring.coreos.com/v1", "PodMonitor", "copied", { spec: { selector: {} } }, copied),
  object("monitoring.coreos.com/v1", "PrometheusRule", "copied", { spec: { groups: [] } }, copied),
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "copied", labels: copied } },
];

/** What the objects' makers wrote, and that they are the same ones. */
const asWritten = async () =>
  Promise.all(
    others.map(async (other) => {
      const {
        metadata,
        status: _,
        ...rest
      } = (await objects.read(other as never)) as KubernetesObject & {
        status?: unknown;
      };
      return { ...rest, uid: metadata?.uid, labels: metadata?.labels, going: metadata?.deletionTimestamp };
    }),
  );
let theirs: Awaited<ReturnType<typeof asWritten>>;

/** UIDs of what the stack has made; the operator's and the others' are none of it. */
async function uids(where = namespace): Promise<Record<string, string>> {
  const kinds = [
    ["nvidia.com/v1alpha1", "DynamoGraphDeployment"],
    ["v1", "Service"],
    ["v1", "ConfigMap"],
    ["v1", "ResourceQuota"],
    ["monitoring.coreos.com/v1", "PodMonitor"],
    ["monitoring.coreos.com/v1", "PrometheusRule"],
  ] as const;
  const found = await Promise.all(
    kinds.map(async ([apiVersion, kind]) =>
      (await objects.list(apiVersion, kind, where)).items
        .filter(({ metadata }) => metadata?.labels?.[ownerLabel] && metadata.name !== "copied")
        .map(({ metadata }) => [`${kind} ${metadata?.name}`, metadata?.uid ?? ""]),
    ),
  );
  return Object.fromEntries(found.flat());
}

const up = (of = engine) => attempt({ ...rehearsal, engine: of }, "up --skip-preview");
const preview = (of = engine) => attempt({ ...rehearsal, engine: of }, "preview");

const pulumi = (...args: string[]) => pulumiOf(engine, ...args);

async function pulumiOf({ stack }: PulumiEngine, ...args: string[]) {
  const { workDir: cwd, envVars, pulumiHome } = stack.workspace;
  const env = { ...process.env, ...envVars, PULUMI_HOME: pulumiHome };
  const { stdout } = await promisify(execFile)("pulumi", [...args, "--non-interactive"], { cwd, env });
  return stdout;
}

const succeeds = async (operation: ReturnType<typeof up>, summary: RegExp) => {
  const { code, stdout } = await operation;
  expect([code, stdout]).toEqual([0, expect.stringMatching(summary)]);
  return stdout;
};
const isRefused = async (operation: ReturnType<typeof up>, ...reasons: (string | RegExp)[]) => {
  const { code, stdout } = await operation;
  for (const reason of reasons) expect(stdout).toMatch(reason);
  expect(code).toBe(1);
};

beforeAll(async () => {
  rehearsal = await startRehearsal({ stack: dev, nodes: 3, gpusPerNode: 8, crds: operatorCrds() });
  engine = rehearsal.engine;
  objects = KubernetesObjectApi.makeApiClient(clusterConfig(rehearsal.kubeconfig));
  const stack = { ...dev, name: "dev-" };
  const tools = await buildTools(rehearsalTools);
  neighbour = await startEngine({ tools, kubeconfig: rehearsal.kubeconfig, stack });
  await neighbour.configure({
    "dynamo:graphs": [{ name: "chat", model: "m" }],
    "dynamo:namespace": { name: "team-b", create: true },
  });
  for (const other of others) await objects.create(other as never, undefined, undefined, "kubectl-create");
  theirs = await asWritten();
}, 1_800_000);

afterEach(async () => expect(await asWritten()).toEqual(theirs));
afterAll(async () => {
  await neighbour?.stop();
  await rehearsal?.stop();
});

const unchanged = /15 unchanged/;

test("all that stands in the way is told before the first object is made, by a preview too", async () => {
  const service = object("v1", "Service", "vllm-distributed-demo-frontend-np", {
    spec: { ports: [{ port: 1 }] },
  });
  const monitor = object("monitoring.coreos.com/v1", "PodMonitor", "dynamo-worker", {
    spec: { selector: {} },
  });
  for (const one of [service, monitor]) await objects.create(one as never);
  const reasons = [
    /Service dynamo\/vllm-distributed-demo-frontend-np is there already, and is not this stack's/,
    /PodMonitor dynamo\/dynamo-worker is there already.*dynamo:monitoring\.podMonitors: platform/,
  ];
  await isRefused(preview(), ...reasons);
  await isRefused(up(), ...reasons);
  expect(await uids()).toEqual({});
  for (const one of [service, monitor]) await objects.delete(one as never);
});

test("updates make two stacks of a project at the same time, and the next ones change nothing", async () => {
  await Promise.all([succeeds(up(), /created/), succeeds(up(neighbour), /created/)]);
  const made = [await uids(), await uids("team-b")];
  expect(made.map((stack) => Object.keys(stack).length)).toEqual([7, 7]);
  await Promise.all([succeeds(up(), unchanged), succeeds(up(neighbour), /16 unchanged/)]);
  expect([await uids(), await uids("team-b")]).toEqual(made);
});

test("what would be in the way of a graph is found before another changes", async () => {
  const service = object("v1", "Service", "more-frontend-np", { spec: { ports: [{ port: 1 }] } });
  await objects.create(service as never);
  const generation = async () =>
    (await objects.read(graph(graphs[0]?.name ?? "", {}) as never)).metadata?.generation;
  const before = await generation();
  await engine.configure({ "dynamo:graphs": [{ ...graphs[0], model: "m" }, more] });
  await isRefused(up(), /Service dynamo\/more-frontend-np is there already.*\s+Nothing that is there/);
  await engine.configure({ "dynamo:graphs": graphs });
  await succeeds(up(), /Resources:/);
  expect(await generation()).toBe(before);
  await objects.delete(service as never);
});

test("what an interrupted update has left is listed by a preview, and goes with the update", async () => {
  await objects.create(graph("left", copied) as never, undefined, undefined, "pulumi-kubernetes-1a2b3c4d");
  await succeeds(preview(), /graph left, which an interrupted update has left, will be deleted/);
  const stdout = await succeeds(up(), /deleted graph left/);
  expect(stdout).not.toMatch(/helm-made|kustomize-made|graph copied/);
});

test("another identifier of the cluster is refused before anything", async () => {
  const before = await uids();
  await engine.configure({ "dynamo:cluster": { identifier: "prod-eu-west-1" } });
  const reason = /dynamo:cluster\.identifier: it is "prod-eu-west-1", and the stack was deployed with none/;
  await isRefused(preview(), reason);
  await isRefused(up(), reason);
  await engine.configure({ "dynamo:cluster": {} });
  await succeeds(up(), unchanged);
  expect(await uids()).toEqual(before);
});

test("another cluster than the stack is on is refused before anything", async () => {
  const state = await pulumi("stack", "export", "--stack", "dev");
  const { uid } = JSON.parse(await pulumi("stack", "output", "cluster", "--json", "--stack", "dev"));
  const folder = await mkdtemp(join(tmpdir(), "ownership-"));
  const file = join(folder, "state.json");
  const restore = async (text: string) => {
    await writeFile(file, text);
    await pulumi("stack", "import", "--stack", "dev", "--file", file);
  };
  await restore(state.replaceAll(uid, "a1b2c3d4-0000-4000-8000-000000000000"));
  const reason = /dynamo:cluster\.context: it leads to another cluster than the one that the stack is on/;
  await isRefused(preview(), reason);
  await isRefused(up(), reason);
  await restore(state);
  await succeeds(up(), unchanged);
  await rm(folder, { recursive: true });
});

test("a renamed stack goes on with what it has", async () => {
  const before = await uids();
  const { stack } = engine;
  await pulumi("stack", "rename", "production", "--stack", "dev");
  engine = { ...engine, stack: Object.assign(Object.create(stack), { name: "production" }) };
  await succeeds(preview(), /7 to update\s+8 unchanged/);
  await succeeds(up(), /7 updated\s+8 unchanged/);
  expect(await uids()).toEqual(before);
  await pulumi("stack", "rename", "dev", "--stack", "production");
  engine = { ...engine, stack };
  await succeeds(up(), /7 updated\s+8 unchanged/);
  expect(await uids()).toEqual(before);
});

/** A state of before {@link more} was made. */
let older: unknown;

test("a graph that others have made is the stack's when they give it by its label", async () => {
  older = JSON.parse(await pulumi("stack", "export", "--stack", "dev"));
  const given = graph("more", copied);
  await objects.create(given as never);
  const uid = async () => (await objects.read(given as never)).metadata?.uid;
  const before = await uid();
  await engine.configure({ "dynamo:graphs": [...graphs, more] });
  await succeeds(up(), /created/);
  expect(await uid()).toBe(before);
});

test("an older checkpoint, another backend and an empty state: what is there is taken up, and nothing deleted", async () => {
  const [before, newer] = [await uids(), await pulumi("stack", "export", "--stack", "dev")];
  const folder = await mkdtemp(join(tmpdir(), "ownership-"));
  const restore = async (state: unknown) => {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(state));
    await pulumi("stack", "import", "--stack", "dev", "--file", file);
  };
  await restore(older);
  await succeeds(up(), /created/);
  expect(await uids()).toEqual(before);

  const { envVars } = engine.stack.workspace;
  const backend = envVars.PULUMI_BACKEND_URL ?? "";
  const settings = join(engine.stack.workspace.workDir, "Pulumi.dev.yaml");
  const written = await readFile(settings, "utf8");
  envVars.PULUMI_BACKEND_URL = `file://${folder}?metadata=skip`;
  await pulumi("stack", "init", "dev");
  await succeeds(up(), /created/); // with an empty state
  expect(await uids()).toEqual(before);
  await restore(JSON.parse(newer));
  await succeeds(up(), /unchanged/);
  expect(await uids()).toEqual(before);
  envVars.PULUMI_BACKEND_URL = backend;
  await writeFile(settings, written);
  await engine.configure({ "dynamo:graphs": graphs });
  await succeeds(up(), /deleted/);
  await rm(folder, { recursive: true });
});

test("a stack of a like name is a stranger: in one namespace the second stops", async () => {
  const before = [await uids(), await uids("team-b")];
  await neighbour.configure({ "dynamo:namespace": { name: namespace } });
  await isRefused(
    preview(neighbour),
    /ResourceQuota dynamo\/dynamo-gpu-budget is there already.*dev-[0-9a-f]{16}/,
  );
  await isRefused(up(neighbour), /one stack of a namespace can have a budget/);
  expect([await uids(), await uids("team-b")]).toEqual(before);
});

test("a namespace of the stack's does not go with what others have in it, or with the graphs", async () => {
  const theirs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs", namespace: "team-b" } };
  await objects.create(theirs);
  await neighbour.configure({ "dynamo:namespace": { name: "team-c", create: true } });
  await isRefused(
    preview(neighbour),
    /would be deleted with what others have there: ConfigMap team-b\/theirs\./,
  );
  await neighbour.configure({ "dynamo:namespace": { name: "team-b", create: false } });
  const { stdout } = await preview(neighbour);
  expect(stdout).toMatch(/dynamo:namespace\.create: the stack has made team-b/);
  const [, urn = ""] = /`pulumi state delete --target-dependents '(.+?)'`/.exec(stdout) ?? [];
  const before = await uids("team-b");
  await pulumiOf(neighbour, "state", "delete", "--target-dependents", urn, "--stack", "dev-", "--yes");
  await succeeds(up(neighbour), /created/);
  expect(await uids("team-b")).toEqual(before);
});

test("of two updates at once the second is refused", async () => {
  await engine.configure({ "dynamo:budget": { gpus: 5 } });
  const results = await Promise.all([up(), up()]);
  expect(results.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(results.find(({ code }) => code === 1)?.stdout).toMatch(/currently locked/);
  await succeeds(up(), unchanged);
});

describe("killed on the way", () => {
  const next = random(11);
  // An update that changes all labels takes about 5 s, one that takes everything up about 10 s.
  const points = Array.from({ length: Number(process.env.DYNAMO_KILLS ?? 2) }, (_, i) => ({
    what: i % 2 === 0 ? "renamed stack" : "stack whose state is lost",
    after: Math.round(next() * (i % 2 === 0 ? 5_000 : 10_000)),
  }));

  test.each(points)(
    "a $what, after $after ms: the next update goes on with what is there",
    async ({ what, after }) => {
      const before = await uids();
      const { stack } = engine;
      const name = `killed-${after}`;
      if (what === "renamed stack") {
        await pulumi("stack", "rename", name, "--stack", "dev");
        engine = { ...engine, stack: Object.assign(Object.create(stack), { name }) };
      } else {
        await pulumi("stack", "rm", "dev", "--force", "--preserve-config", "--yes");
        await pulumi("stack", "init", "dev");
      }
      const wasKilled = await killedUpdate({ ...rehearsal, engine }, () => sleep(after));
      console.log(`killed at work: ${wasKilled}`);
      await succeeds(up(), /Resources:/);
      expect(await uids()).toEqual(before);
      if (what === "renamed stack") await pulumi("stack", "rename", "dev", "--stack", name);
      engine = { ...engine, stack };
      await succeeds(up(), /Resources:/);
      expect(await uids()).toEqual(before);
    },
  );
});

test("stacks go at the same time, and what is not theirs stays", async () => {
  await Promise.all([engine, neighbour].map(({ stack }) => stack.destroy()));
  expect([await uids(), await uids("team-b")]).toEqual([{}, {}]);
  const theirs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs", namespace: "team-b" } };
  expect(await objects.read(theirs)).toMatchObject(theirs);
});
