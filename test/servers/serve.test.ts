/** A rehearsal that serves: real frontends, mockers, NATS and etcd in the place of the pods of a real control plane. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { CoreV1Api, KubeConfig, PortForward, type V1Pod } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { conditionOf } from "../../components/hooks/waitingPods";
import type { Stack } from "../../config/project";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { realCrds } from "../engine/realCrds";
import { ask, modelsOf } from "../runtime/frontendClient";
import { startClient } from "./chatClient";

jest.setTimeout(120_000);

const model = "Qwen/Qwen2.5-1.5B-Instruct";
const nodePort = { type: "NodePort", nodePort: 30200 };
const loadBalancer = { type: "LoadBalancer", sourceRanges: ["127.0.0.0/8"] };
const servers = { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 1 } };

function stackOf(version: string, discovery: object, expose: object = nodePort): Stack {
  const graphs = [{ name: "small", model, frontend: { expose }, workers: { replicas: 2 } }];
  return devStack({ runtime: { version }, discovery, graphs });
}

let rehearsal: Rehearsal;
let core: CoreV1Api;
let url: string;

async function serve(stack: Stack, crds: readonly string[]) {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  rehearsal = await startRehearsal({ stack, nodes: 3, gpusPerNode: 2, crds, serve: true, report });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  await update(rehearsal);
  url = `http://${await clientsAddress()}`;
}

/** `host:port` at which clients outside the cluster find the frontend. */
async function clientsAddress(): Promise<string> {
  const service = await core.readNamespacedService({ name: "small-frontend-np", namespace: "dynamo" });
  const [port] = service.spec?.ports ?? [];
  const [balancer] = service.status?.loadBalancer?.ingress ?? [];
  if (balancer) return `${balancer.ip}:${port?.port}`;
  const [node] = (await core.listNode()).items;
  return `${node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address}:${port?.nodePort}`;
}

/** Those that are to stay: of the ones that end, the process may have ended already. */
const pods = async () =>
  (await core.listPodForAllNamespaces()).items.filter(
    ({ metadata, status }) => status?.phase !== "Succeeded" && !metadata?.deletionTimestamp,
  );
const podsOf = async (component: string) =>
  (await pods()).filter(
    ({ metadata }) => metadata?.labels?.["nvidia.com/dynamo-component-type"] === component,
  );
const isReady = (pod: V1Pod | undefined) => conditionOf(pod ?? {}, "Ready")?.status === "True";
const nameOf = ({ metadata }: V1Pod) => ({
  name: metadata?.name ?? "",
  namespace: metadata?.namespace ?? "",
});

const answers = () =>
  ask(url, model, "hello").then(
    () => true,
    () => false,
  );

/**
 * @throws Error where the frontend answers with an error. 500 (0.8) and 503 (1.6) are none: a worker that was killed is
 *   registered until its lease ends, and a frontend that is new to it sends it a request.
 */
const reached = () =>
  ask(url, model, "hello").then(
    () => true,
    (error: Error) => {
      if (/^status (?!50[03])/.test(error.message)) throw error;
      return false;
    },
  );

async function first(component: string): Promise<V1Pod> {
  const [pod] = await podsOf(component);
  if (!pod) throw new Error(`there is no pod of type ${component}`);
  return pod;
}

const until = (isSo: () => Promise<boolean>, timeout = 30_000) => pWaitFor(isSo, { interval: 50, timeout });

/** Processes of this machine that run with a variable. */
async function processesWith(variable: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((pid) => /^\d+$/.test(pid));
  const env = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")));
  return pids.filter((_, index) => env[index]?.split("\0").includes(variable)).map(Number);
}
const processesOf = ({ metadata }: V1Pod) => processesWith(`POD_UID=${metadata?.uid}`);
/**
 * Of the container's first process.
 * @throws Error where none runs
 */
async function processOf(pod: V1Pod): Promise<number> {
  const [pid] = await processesOf(pod);
  if (pid === undefined) throw new Error(`pod ${nameOf(pod).name} has no process`);
  return pid;
}

/** What every stack does once it is up. */
function describeLife() {
  test("has an answer for the first question after the update, from processes with the pods' env", async () => {
    expect(await ask(url, model, "hello")).not.toBe("");
    expect((await pods()).filter((pod) => !isReady(pod)).map(nameOf)).toEqual([]);
    expect(await modelsOf(url)).toEqual([model]);
    for (const pod of [...(await podsOf("frontend")), ...(await podsOf("worker"))])
      expect(existsSync(`/proc/${await processOf(pod)}`)).toBe(true);
  });

  test("forwards ports of a pod by the API server", async () => {
    const config = new KubeConfig();
    config.loadFromFile(rehearsal.kubeconfig);
    const forward = new PortForward(config);
    const { name, namespace } = nameOf(await first("frontend"));
    const server = createServer((socket) => {
      socket.on("error", () => {}); // whoever asked has hung up
      void forward.portForward(namespace, name, [8000], socket, null, socket);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    expect(await ask(`http://127.0.0.1:${port}`, model, "hello")).not.toBe("");
    server.close();
  });

  test("starts a process that ends by itself anew, and its pod is not Ready meanwhile", async () => {
    const pod = await first("worker");
    const read = () => core.readNamespacedPod(nameOf(pod));
    const restarts = async () => (await read()).status?.containerStatuses?.[0]?.restartCount;
    const before = await restarts();
    process.kill(await processOf(pod), "SIGKILL");
    await until(async () => !isReady(await read()));
    await until(async () => isReady(await read()));
    expect(await restarts()).toBe((before ?? 0) + 1);
    expect(await processOf(pod)).toBeGreaterThan(0);
    await until(answers);
  });

  test("ends the process of a pod that is deleted, then the pod, and the next takes its place", async () => {
    const pod = await first("frontend");
    const pid = await processOf(pod);
    await core.deleteNamespacedPod(nameOf(pod));
    const isGone = () =>
      core.readNamespacedPod(nameOf(pod)).then(
        () => false,
        ({ code }) => code === 404,
      );
    await pWaitFor(isGone);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await until(async () => (await podsOf("frontend")).some(isReady));
    await until(reached); // and not with 404: no client comes before it lists the model
  });
}

async function stop() {
  const all = (await Promise.all((await pods()).map(processesOf))).flatMap(([first]) => first ?? []);
  const started = Date.now();
  await rehearsal.stop();
  expect(Date.now() - started).toBeLessThan(30_000);
  expect(all.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
}

describe("Dynamo 1.6.1", () => {
  beforeAll(() => serve(stackOf("1.6.1", { mode: "kubernetes" }), []), 1_800_000);
  afterAll(stop, 60_000);

  describe("in kubernetes mode", describeLife);

  describe("that changes to nats-etcd", () => {
    beforeAll(async () => {
      const client = startClient({ url, model });
      await client.answers(5);
      await rehearsal.engine.configure({ "dynamo:discovery": servers });
      await update(rehearsal);
      await client.answers(5);
      console.log(`questions without an answer during the change: ${(await client.stop()).length}`);
    });

    describe("and is there", describeLife);
  });
});

describe("Dynamo 0.8.1", () => {
  beforeAll(() => serve(stackOf("0.8.1", servers, loadBalancer), realCrds("0.8")), 1_800_000);
  afterAll(stop, 60_000);

  describe("in nats-etcd mode, behind a load balancer", describeLife);

  test("keeps etcd's users when its pod is replaced, so a new frontend finds the workers", async () => {
    await replaced("etcd-0", "etcd-system");
    const { name, namespace } = nameOf(await first("frontend"));
    await core.deleteNamespacedPod({ name, namespace });
    await until(answers, 60_000);
  });

  async function replaced(name: string, namespace: string) {
    const read = () => core.readNamespacedPod({ name, namespace });
    const { metadata } = await read();
    await core.deleteNamespacedPod({ name, namespace });
    await until(async () => {
      const pod = await read().catch(() => undefined);
      return pod?.metadata?.uid !== metadata?.uid && isReady(pod);
    });
  }
});

test.each([
  [
    "1.2.1",
    { mode: "nats-etcd" },
    /runs the Dynamo runtimes 0\.8\.1 and 1\.6\.1, and dynamo:runtime\.version is 1\.2\.1/,
  ],
  [
    "0.8.1",
    { mode: "kubernetes" },
    /set dynamo:runtime\.version to 1\.6\.1, or dynamo:discovery\.mode to nats-etcd/,
  ],
])("runtime %s in %o is refused before anything starts", async (version, discovery, message) => {
  const stack = stackOf(version, discovery);
  await expect(startRehearsal({ stack, nodes: 1, gpusPerNode: 1, crds: [], serve: true })).rejects.toThrow(
    message,
  );
});
