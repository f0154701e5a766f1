/** `npm run verify` on rehearsals that serve: all is well, then one fault after the other. */
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import type { Finding } from "../../commands/verify/finding";
import type { Stack } from "../../config/project";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { processOf } from "../commands/command";
import { devStack } from "../devStack";
import { realCrds } from "../engine/realCrds";
import { modelsOf } from "../runtime/frontendClient";

jest.setTimeout(180_000);

const graphs = [{ name: "small", model: "Qwen/Qwen2.5-1.5B-Instruct", workers: { replicas: 2 } }];
const servers = { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } };
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

const stackOf = (version: string, discovery: object) => devStack({ runtime: { version }, discovery, graphs });

let rehearsal: Rehearsal;
let core: CoreV1Api;
let apps: AppsV1Api;

async function serve(stack: Stack, crds: readonly string[]) {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  rehearsal = await startRehearsal({ stack, nodes: 3, gpusPerNode: 2, crds, serve: true, report });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  apps = apiClient(rehearsal.kubeconfig, AppsV1Api);
  await update(rehearsal);
}

interface Verdict {
  readonly code: number | null;
  readonly seconds: number;
  readonly ok: boolean;
  /** By check. */
  readonly findings: Readonly<Record<string, Finding>>;
}

/**
 * Runs the command as a shell would that has what the rehearsal exports.
 * @param onWait is called as soon as it tells what it waits for
 */
async function verify(timeout: number, onWait = () => {}): Promise<Verdict> {
  const exported = rehearsal.engine.exports.map((each) => each.split(/=(.*)/, 2) as [string, string]);
  const env = { ...process.env, ...Object.fromEntries(exported.filter(([name]) => name !== "PATH")) };
  const args = processOf("verify", "--stack", "dev", "--json", "--timeout", `${timeout}`);
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: join(__dirname, "../.."), env });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    if (text.includes("waiting up to")) onWait();
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (out === "") throw new Error(err);
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] };
  return {
    code,
    seconds: (performance.now() - started) / 1000,
    ok,
    findings: Object.fromEntries(findings.map((finding) => [nameOf(finding), finding])),
  };
}

/** Of checks of several things, with the thing. */
const nameOf = ({ check, subject }: Finding) => (check === "certificate" ? `${check} of ${subject}` : check);

const states = ({ findings }: Verdict) =>
  Object.entries(findings).map(([name, { state }]) => `${name}: ${state}`);

function expectFailure({ code, ok, findings, seconds }: Verdict, expected: Record<string, RegExp>) {
  expect([code, ok]).toEqual([1, false]);
  for (const [check, found] of Object.entries(expected)) {
    expect({ check, ...findings[check] }).toMatchObject({
      state: "failed",
      found: expect.stringMatching(found),
    });
    expect(findings[check]?.remedy).toBeTruthy();
  }
  expect(seconds).toBeLessThan(45);
}

async function expectWell() {
  const verdict = await verify(120);
  expect(Object.values(verdict.findings).filter(({ state }) => state === "failed")).toEqual([]);
  expect([verdict.code, verdict.ok]).toEqual([0, true]);
  return verdict;
}

const podsOf = async (type: string) =>
  (
    await core.listNamespacedPod({
      namespace: "dynamo",
      labelSelector: `nvidia.com/dynamo-component-type=${type}`,
    })
  ).items;

/** Processes that run in the name of pods. */
async function processesOf(pods: readonly V1Pod[]): Promise<number[]> {
  const wanted = new Set(pods.map(({ metadata }) => `POD_UID=${metadata?.uid}`));
  const pids = (await readdir("/proc")).filter((pid) => /^\d+$/.test(pid));
  const env = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")));
  return pids.filter((_, i) => env[i]?.split("\0").some((variable) => wanted.has(variable))).map(Number);
}

/** Kills the workers' processes as they come, until told to stop. */
function killWorkers(): () => Promise<void> {
  let isOver = false;
  const ended = (async () => {
    const pods = await podsOf("worker"); // they stay, and only their processes come again
    while (!isOver) {
      for (const pid of await processesOf(pods))
        try {
          process.kill(pid, "SIGKILL");
        } catch {} // it has ended already
      await setTimeout(100);
    }
  })();
  return () => {
    isOver = true;
    return ended;
  };
}

/** Waits until no frontend lists a model: what killed workers have registered stays until its lease ends. */
async function unlisted() {
  const listed = async () =>
    (await Promise.all((rehearsal.serving?.frontends() ?? []).map(({ url }) => modelsOf(url)))).flat();
  const timeout = { milliseconds: 60_000, message: "killed workers are still listed after 60 s" };
  await pWaitFor(async () => (await listed()).length === 0, { interval: 200, timeout });
}

/** Ends members of a server, or has them made again; those that end have ended then. */
async function scale(server: "nats" | "etcd", replicas: number) {
  const namespace = `${server}-system`;
  await apps.patchNamespacedStatefulSet({ name: server, namespace, body: { spec: { replicas } } }, merge);
  const labelSelector = `app.kubernetes.io/name=${server},apps.kubernetes.io/pod-index`;
  const members = async () => (await core.listNamespacedPod({ namespace, labelSelector })).items;
  const timeout = { milliseconds: 60_000, message: `members of ${server} do not end` };
  await pWaitFor(async () => (await members()).length <= replicas, { interval: 200, timeout });
}

async function cordon(unschedulable: boolean) {
  for (const { metadata } of (await core.listNode()).items)
    await core.patchNode({ name: metadata?.name ?? "", body: { spec: { unschedulable } } }, merge);
}

/** Faults of workers, which every mode tells alike. */
function describeWorkers() {
  test("workers that are killed again and again: nothing is Ready, registered or listed", async () => {
    const stop = killWorkers();
    const verdict = await unlisted()
      .then(() => verify(5))
      .finally(stop);
    expectFailure(verdict, {
      "graph Ready": /VllmWorker has 0 of 2 pods Ready; .*pod \S*small.*vllmworker.*: /,
      "workers registered": /^0 of 2 workers/,
      "model listed":
        /^(no worker runs|the model is loading) \(pod \S*small.*lists no Qwen\/Qwen2\.5-1\.5B-Instruct/,
    });
  });

  test("once they run, it waits until the model is listed, and tells how long that took", async () => {
    const stop = killWorkers();
    const verdict = await unlisted()
      .then(() => verify(150, () => void stop()))
      .finally(stop);
    expect(verdict.findings.propagation).toMatchObject({
      found: expect.stringMatching(/^\d+ s from Ready to listed$/),
    });
    expect(states(verdict).filter((state) => state.endsWith(": failed"))).toEqual([]);
    expect(verdict.code).toBe(0);
  }, 300_000);

  test("a pod that finds no node is named with the scheduler's words", async () => {
    await cordon(true);
    const [worker] = await podsOf("worker");
    await core.deleteNamespacedPod({ name: worker?.metadata?.name ?? "", namespace: "dynamo" });
    const verdict = await verify(5).finally(() => cordon(false));
    expectFailure(verdict, {
      "graph Ready":
        /VllmWorker has 1 of 2 pods Ready; .*pod \S*small.*: 0\/3 nodes are available: .*unschedulable/,
      "workers registered": /^1 of 2 workers/,
    });
    expect(verdict.findings["model listed"]?.state).toBe("passed"); // the other worker serves it
    await expectWell();
  });
}

describe("Dynamo 1.6.1", () => {
  beforeAll(() => serve(stackOf("1.6.1", { mode: "kubernetes" }), realCrds("1.4")), 900_000);
  afterAll(() => rehearsal?.stop(), 60_000);

  describe("in kubernetes mode", () => {
    test("all is well, but for what can't be known", async () => {
      expect(states(await expectWell())).toEqual([
        "graph Ready: passed",
        "discovery mode: passed",
        "workers registered: passed",
        "model listed: passed",
        "propagation: skipped",
        "no other graphs: passed",
        "GPU budget: passed",
        "PodMonitors: skipped",
      ]);
    });

    describe("with faults", describeWorkers);
  });

  describe("that changes to nats-etcd, encrypted", () => {
    beforeAll(async () => {
      const encryption = { issuer: "own" };
      await rehearsal.engine.configure({ "dynamo:discovery": servers, "dynamo:encryption": encryption });
      await update(rehearsal);
    }, 300_000);

    test("all is well, but for what can't be known", async () => {
      expect(states(await expectWell())).toEqual([
        "NATS: passed",
        "etcd: passed",
        "certificate of generation 1: passed",
        "certificate of NATS: passed",
        "graph Ready: passed",
        "discovery mode: passed",
        "workers registered: passed",
        "model listed: passed",
        "propagation: skipped",
        "no other graphs: passed",
        "GPU budget: passed",
        "PodMonitors: skipped",
      ]);
    });

    describe("with faults", describeWorkers);

    test("etcd without quorum", async () => {
      await scale("etcd", 1);
      const verdict = await verify(5).finally(() => scale("etcd", 3));
      expectFailure(verdict, {
        etcd: /^[01] of 3 members Ready; no quorum, which takes 2: nothing can register/, // it ceases to be Ready in time
        "workers registered": /^etcd's keys can't be read: /,
      });
      await expectWell();
    });

    test("NATS that is gone", async () => {
      await scale("nats", 0);
      const verdict = await verify(5).finally(() => scale("nats", 3));
      expectFailure(verdict, {
        NATS: /^0 of 3 members Ready; no quorum, which takes 2/,
        "discovery mode": /NATS has no connection of dynamo-1$/,
      });
      await expectWell();
    });
  });
});

describe("Dynamo 0.8.1 in nats-etcd mode", () => {
  beforeAll(() => serve(stackOf("0.8.1", servers), realCrds("0.8")), 900_000);
  afterAll(() => rehearsal?.stop(), 60_000);

  test("all is well", async () => {
    const { findings } = await expectWell();
    expect(findings["workers registered"]?.found).toBe("2 of 2 workers by keys of etcd");
  });
});
