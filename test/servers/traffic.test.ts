/** Traffic on the released runtime, as a stack has it in mode nats-etcd, with faults while it runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrafficReport } from "../../commands/traffic/report";
import { installRuntime, type RuntimeVersion, runtimeVersions } from "../../rehearsal/runtime/install";
import { environment, processOf } from "../commands/command";
import { runtime as runtimeFor } from "../config/runtimes";
import { startProcess } from "../runtime/dynamoProcess";
import { modelsOf } from "../runtime/frontendClient";
import { type LocalRuntime, startRuntime } from "../runtime/runtime";
import { createDiscoveryPlane, type LocalDiscoveryPlane } from "./discoveryPlane";

jest.setTimeout(240_000);

const root = join(__dirname, "../..");
let directory: string;
let plane: LocalDiscoveryPlane;
const pythons = new Map<RuntimeVersion, string>();
const running: { kill(): Promise<void> }[] = [];
const figures: string[] = [];

beforeAll(async () => {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  for (const version of runtimeVersions) pythons.set(version, await installRuntime(version, { report }));
  directory = await mkdtemp(join(tmpdir(), "traffic-"));
  plane = await createDiscoveryPlane({}, directory);
  await plane.start();
}, 900_000);

afterEach(() => Promise.all(running.splice(0).map((each) => each.kill())));

afterAll(async () => {
  console.log(figures.join("\n"));
  await plane?.kill();
  await rm(directory, { recursive: true, force: true });
});

/** A command in a process of its own. */
function command(name: string, ...args: string[]) {
  const child = spawn(process.execPath, processOf(name, ...args), {
    cwd: root,
    env: environment(),
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** When it first tells how far it is. */
    underWay: async () => {
      while (!/ of \d+ requests/.test(stderr)) await once(child.stderr, "data");
    },
    ended: once(child, "close").then(([code]) => ({ code: code as number, stdout, stderr })),
  };
}

describe.each(runtimeVersions)("runtime %s", (version) => {
  let graphs = 0;

  function envOfGraph(): Record<string, string> {
    return {
      DYN_NAMESPACE: `dynamo-${version}-${graphs++}`.replaceAll(".", "-"),
      ...plane.env(),
      ...runtimeFor(version, "nats-etcd").env,
    };
  }

  /** @param workerArgs of the mocker, as which it goes at a pace of its own */
  async function start(
    env = envOfGraph(),
    workerArgs: readonly string[] = [],
  ): Promise<LocalRuntime & { readonly directory: string }> {
    const python = pythons.get(version) ?? "";
    const place = await mkdtemp(join(directory, "graph-"));
    const runtime = await startRuntime({
      python,
      version,
      directory: place,
      frontend: { env },
      workers: [
        { env, args: workerArgs },
        { env, args: workerArgs },
      ],
    });
    running.push(runtime);
    return { ...runtime, directory: place };
  }

  function reportOf({ stdout, stderr }: { stdout: string; stderr: string }): TrafficReport {
    if (stdout === "") throw new Error(`traffic reports nothing: ${stderr}`);
    return JSON.parse(stdout);
  }

  test("is measured, with prompts and answers as long as asked for", async () => {
    const { url } = await start();
    const ended = await command(
      "traffic",
      "--url",
      url,
      "--json",
      "--prompt-tokens",
      "300",
      "--shared-prefix",
      "200",
    ).ended;
    expect(ended.code).toBe(0);
    const { metrics } = reportOf(ended);
    expect(metrics).toMatchObject({ completed: 30, failed: 0, outputTokens: 64 });
    expect(metrics.promptTokens).toBeGreaterThan(270);
    expect(metrics.promptTokens).toBeLessThan(330);
    const smoke = await command("smoke", "--url", url).ended;
    expect(smoke.code).toBe(0);
    expect(smoke.stdout).toMatch(/│ streamed │ .* │ +24 │ +\d+ ms │ +\d+ ms │/);
  });

  test("goes on while a worker is killed, and tells what that cost", async () => {
    const { url, workers } = await start();
    const traffic = command("traffic", "--url", url, "--json", "-n", "400", "-c", "10", "--timeout", "20");
    await traffic.underWay();
    await workers[0]?.kill();
    const ended = await traffic.ended;
    const { metrics } = reportOf(ended);
    figures.push(
      `${version}, a worker killed: ${metrics.completed} completed, ${JSON.stringify(metrics.errors)}`,
    );
    expect(ended.code).toBe(1);
    expect(metrics.completed + metrics.failed).toBe(400);
    expect(metrics.completed).toBeGreaterThan(200);
    for (const kind of Object.keys(metrics.errors))
      expect(kind).toMatch(/^(stream cut|HTTP 50[03]|stalled stream)$/);
  });

  test("goes on when its frontend is back, and tells what was refused until then", async () => {
    const env = envOfGraph();
    const { url, model, frontend, directory } = await start(env);
    // As fast as a pod that is made anew; requests that fail at once would be over by then.
    const traffic = command("traffic", "--url", url, "--json", "-n", "600", "--request-rate", "20");
    await traffic.underWay();
    await frontend.kill();
    const { address } = frontend;
    const again = await startProcess({
      name: "frontend-again",
      command: [
        pythons.get(version) ?? "",
        "-m",
        "dynamo.frontend",
        "--http-host",
        address,
        "--http-port",
        "8000",
      ],
      env: { ...env, DYN_TCP_RPC_HOST: address, DYN_TCP_RESPONSE_STREAM_HOST: address, HF_HUB_OFFLINE: "1" },
      directory,
    });
    running.push(again);
    await again.until(async () => (await modelsOf(url)).includes(model), "does not list the model", 60_000);
    const ended = await traffic.ended;
    const { metrics } = reportOf(ended);
    figures.push(
      `${version}, frontend restarted: ${metrics.completed} completed, ${JSON.stringify(metrics.errors)}`,
    );
    expect(ended.code).toBe(1);
    expect(metrics.completed + metrics.failed).toBe(600);
    expect(metrics.errors["connection refused"]?.count).toBeGreaterThan(0);
    expect(metrics.completed).toBeGreaterThan(200);
  });

  test("is reported on where the traffic is interrupted", async () => {
    const { url } = await start();
    const traffic = command("traffic", "--url", url, "-n", "100000", "-c", "20");
    await traffic.underWay();
    traffic.kill("SIGINT");
    const { code, stdout } = await traffic.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^\d+ completed, none failed, in /m);
    expect(stdout).toMatch(/interrupted: \d+ of 100000 requests were not finished/);
  });

  test("has 200 streams at once, of which the generator takes less than half a CPU", async () => {
    // A quarter of the mocker's pace is that of a real model.
    const { url } = await start(envOfGraph(), ["--speedup-ratio", "0.25"]);
    const ended = await command("traffic", "--url", url, "--json", "-n", "1000", "-c", "200").ended;
    const { metrics, generatorCpu } = reportOf(ended);
    figures.push(
      `${version}, 200 at once: ${metrics.outputTokenThroughput.toFixed(0)} tokens/s with ${(100 * generatorCpu).toFixed(0)} % of a CPU`,
    );
    expect(metrics).toMatchObject({ completed: 1000, failed: 0 });
    expect(generatorCpu).toBeLessThan(0.5);
  });

  test("that has lost its workers is told so", async () => {
    const env = envOfGraph();
    const { url, model, workers, frontend } = await start(env);
    await Promise.all(workers.map((worker) => worker.kill()));
    const failing = await command("smoke", "--url", url, "--timeout", "10").ended;
    expect(failing.code).toBe(1);
    // Until their leases end it may still list the model; 1.6 forgets it for 3 s where requests fail, and lists it again.
    const isForgotten = async () =>
      (await plane.etcdClient().keys(`v1/instances/${env.DYN_NAMESPACE}/`)).length === 0 &&
      !(await modelsOf(url)).includes(model);
    await frontend.until(isForgotten, "lists the model", 60_000);
    for (const name of ["smoke", "traffic"]) {
      const { code, stderr } = await command(name, "--url", url).ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/the frontend lists no model: no worker is registered with it/);
    }
  });
});
