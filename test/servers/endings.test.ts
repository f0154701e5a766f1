/** Pods of a graph go while clients are answered on kept connections, and none of them loses an answer. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { installRuntime } from "../../rehearsal/runtime/install";
import { runtime as runtimeOf } from "../config/runtimes";
import { type LocalRuntime, startRuntime } from "../runtime/runtime";
import { createDiscoveryPlane, type LocalDiscoveryPlane } from "./discoveryPlane";
import { isOfOneMoment, type Streams, startStreams } from "./streams";

jest.setTimeout(1_800_000); // the first installs the runtime

let directory: string;
let plane: LocalDiscoveryPlane | undefined;
let runtime: LocalRuntime;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "endings-"));
});
afterEach(async () => {
  await runtime?.kill();
  await plane?.kill();
  plane = undefined;
  await rm(directory, { recursive: true, force: true });
});

/** A frontend with the env that a stack gives it, and workers, each with its arguments. Without servers they find each other by files. */
async function start(
  version: "0.8.1" | "1.6.1",
  requestPlane: "tcp" | "nats",
  workers: readonly (readonly string[])[] = [[], []],
): Promise<void> {
  const isPlain = version === "1.6.1" && requestPlane === "tcp";
  const { frontendEnv } = runtimeOf(version, "nats-etcd");
  const python = await installRuntime(version, { report: (line) => process.stderr.write(`${line}\n`) });
  if (!isPlain) {
    plane = await createDiscoveryPlane({ mode: "nats-etcd", requestPlane }, directory);
    await plane.start();
  }
  const env = plane?.env() ?? {
    DYN_DISCOVERY_BACKEND: "file",
    DYN_FILE_KV: join(directory, "discovery"),
    DYN_EVENT_PLANE: "zmq",
  };
  runtime = await startRuntime({
    python,
    version,
    directory,
    frontend: { env: { ...env, ...frontendEnv } },
    workers: workers.map((args) => ({ env, args })),
  });
}

async function clients(clients: number, tokens: number): Promise<Streams> {
  const streams = startStreams(runtime, { clients, tokens });
  await streams.answered(1);
  return streams;
}

describe("a frontend is told to end", () => {
  test.each([
    ["1.6.1", "tcp", 1, 8],
    ["1.6.1", "tcp", 4, 64],
    ["1.6.1", "tcp", 32, 64],
    ["1.6.1", "tcp", 4, 200],
    ["1.6.1", "nats", 4, 64],
    ["0.8.1", "tcp", 4, 64],
  ] as const)(
    "runtime %s, requests over %s: %d connections, %d tokens",
    async (version, requestPlane, connections, tokens) => {
      await start(version, requestPlane);
      const streams = await clients(connections, tokens);
      await setTimeout(100); // in the midst of an answer
      await runtime.frontend.stop();
      await streams.stop(); // a Service would lead them to another frontend
      console.log(
        `${streams.answers} answers, and in the place of others: ${streams.failures.join(", ") || "nothing"}`,
      );
      expect(streams.failures.filter((failure) => !isOfOneMoment(failure))).toEqual([]);
      expect(streams.failures.length).toBeLessThanOrEqual(Math.ceil(connections / 4));
      expect(streams.answers).toBeGreaterThanOrEqual(2 * connections); // those that it was asked for, too
    },
  );
});

const [prefill, decode] = ["prefill", "decode"].map((half) => ["--disaggregation-mode", half]) as [
  string[],
  string[],
];

test.each([
  ["a worker is told to end", [[], []], "stop"],
  ["a worker is killed", [[], []], "kill"],
  ["a prefill worker is killed", [prefill, prefill, decode], "kill"],
  ["a decode worker is killed", [decode, decode, prefill], "kill"],
] as const)("%s, and another goes on with its requests", async (_, workers, end) => {
  await start("1.6.1", "tcp", workers);
  const streams = await clients(8, 50);
  await runtime.workers[0]?.[end]();
  await streams.answered(2);
  await streams.stop();
  expect(streams.failures).toEqual([]);
});
