/** What a graph's pod runs on this machine, with the mocker and with an engine. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { Engines } from "../../../rehearsal/engines/engines";
import { createGpuPool } from "../../../rehearsal/engines/gpuPool";
import { modelConfig } from "../../../rehearsal/engines/modelSizes";
import { prepareDynamoPod } from "../../../rehearsal/serve/dynamoPod";

const folder = mkdtempSync(join(tmpdir(), "pods-"));
afterAll(() => rmSync(folder, { recursive: true }));

const type = "nvidia.com/dynamo-component-type";
const events = `{"endpoint":"tcp://*:20080","topic":"kv events"}`;

const worker = (uid: string, gpus: string): V1Pod => ({
  metadata: { name: uid, namespace: "dynamo", uid, labels: { [type]: "worker" } },
  spec: {
    containers: [
      {
        name: "main",
        command: ["/bin/sh", "-c"],
        args: [
          `python3 -m dynamo.vllm --model org/model --kv-events-config '${events}' --max-model-len=4096`,
        ],
        env: [{ name: "DYN_COMPONENT", value: "worker" }],
        resources: { limits: { "nvidia.com/gpu": gpus } },
      },
    ],
  },
});
const frontend: V1Pod = {
  metadata: { name: "frontend", namespace: "dynamo", uid: "f", labels: { [type]: "frontend" } },
  spec: { containers: [{ name: "main", command: ["python3"], args: ["-m", "dynamo.frontend"] }] },
};

const engines = (): Engines => ({
  python: { path: "/usr/bin/python3", runtime: "1.4.2", engines: { vllm: "0.26.0" } },
  gpus: [],
  pool: createGpuPool([0, 1, 2]),
  model: modelConfig("7b"),
});

function prepare(pod: V1Pod, withEngines?: Engines) {
  const options = { source: { pod }, python: "python3", kubeconfig: "kubeconfig", version: "1.4.2" };
  const place = { name: "pod", address: "127.1.0.2", root: join(folder, "root"), hosts: new Map() };
  const temporary = join(folder, "t");
  return prepareDynamoPod(
    { ...options, models: join(folder, "models"), temporary, engines: withEngines },
    place,
  );
}

test("the mocker takes an engine's place by default, and no GPU", async () => {
  const { command, env } = await prepare(worker("a", "1"));
  expect(command.slice(0, 5)).toEqual(["python3", "-m", "dynamo.mocker", "--model-path", "org/model"]);
  expect(env.CUDA_VISIBLE_DEVICES).toBeUndefined();
  expect(env.PATH).toBeUndefined();
});

test("an engine runs by its container's own command, word by word", async () => {
  const { command, env } = await prepare(worker("a", "1"), engines());
  const [, , module, model, name, flag, config, ...rest] = command;
  expect([module, model, name, flag]).toEqual(["dynamo.vllm", "--model", "org/model", "--kv-events-config"]);
  expect(config).toMatch(/^\{"endpoint":"tcp:\/\/\*:\d+","topic":"kv events"\}$/);
  expect(config).not.toBe(events);
  expect(rest).toEqual(["--max-model-len=4096", "--load-format", "dummy"]);
  expect(env).toMatchObject({ DYN_COMPONENT: "worker", PATH: process.env.PATH, TMPDIR: join(folder, "t") });
  expect(existsSync(join(folder, "models/org/model/tokenizer.json"))).toBe(true);
});

test("pods have GPUs of their own until they end", async () => {
  const here = engines();
  const [a, b] = [await prepare(worker("a", "1"), here), await prepare(worker("b", "2"), here)];
  expect([a, b].map(({ env }) => env.CUDA_VISIBLE_DEVICES)).toEqual(["0", "1,2"]);
  await expect(prepare(worker("c", "1"), here)).rejects.toThrow("it asks for 1 GPUs, and 0 are free");
  a.ended?.();
  expect((await prepare(worker("c", "1"), here)).env.CUDA_VISIBLE_DEVICES).toBe("0");
});

test("a frontend takes no GPU, and is the runtime's own beside an engine, too", async () => {
  const { command, env } = await prepare(frontend, engines());
  expect(command.slice(0, 3)).toEqual(["python3", "-m", "dynamo.frontend"]);
  expect(env.CUDA_VISIBLE_DEVICES).toBeUndefined();
});
