import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findEngines, refusalOf } from "../../../rehearsal/engines/engines";
import { parseGpus, readGpus, readPython } from "../../../rehearsal/engines/machine";

const folder = mkdtempSync(join(tmpdir(), "machine-"));
const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs of a machine, by name, in the place of its own. */
function machineHas(programs: Readonly<Record<string, string>>): void {
  const bin = mkdtempSync(join(folder, "bin-"));
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env.PATH = [bin, "/nowhere"].join(delimiter);
}

const twoH200 = "echo '0, NVIDIA H200, 143771'; echo '1, NVIDIA H200, 143771'";
const pythonWith = (versions: object) => `echo '${JSON.stringify(["/usr/bin/python3", versions])}'`;

test("reads GPUs as nvidia-smi lists them, and no line that is none", () => {
  expect(
    parseGpus("0, NVIDIA H200, 143771\n1, NVIDIA A100-SXM4-80GB, 81920\n\nNo devices were found\n"),
  ).toEqual([
    { index: 0, product: "NVIDIA H200", memory: 143771 },
    { index: 1, product: "NVIDIA A100-SXM4-80GB", memory: 81920 },
  ]);
});

test.each([
  ["has no driver", {}],
  ["has a driver and no GPU", { "nvidia-smi": "echo 'No devices were found'; exit 6" }],
])("a machine that %s is refused in one line", async (_, programs) => {
  machineHas(programs);
  await expect(readGpus()).rejects.toThrow(
    /^this machine has no GPU that nvidia-smi knows: leave --engine out.*$/,
  );
});

test("tells which engines a Python has", async () => {
  machineHas({ python3: pythonWith({ runtime: "1.4.2", vllm: "0.26.0", sglang: null, trtllm: null }) });
  expect(await readPython()).toEqual({
    path: "/usr/bin/python3",
    runtime: "1.4.2",
    engines: { vllm: "0.26.0" },
  });
});

test.each([
  ["no python3", {}, /there is no python3$/],
  [
    "no runtime",
    { python3: pythonWith({ runtime: null }) },
    /\/usr\/bin\/python3 has none \(package ai-dynamo\)$/,
  ],
])("a machine with %s is refused in one line", async (_, programs, message) => {
  machineHas(programs);
  await expect(readPython()).rejects.toThrow(message);
});

const python = { path: "python3", runtime: "1.4.2", engines: { vllm: "0.26.0" } };
const stack = (version: string, ...backends: string[]) => ({
  runtime: { version },
  graphs: backends.map((backend, i) => ({ name: `graph-${i}`, backend })),
});

test.each([
  ["auto", stack("1.4.2", "vllm"), undefined],
  ["vllm", stack("1.4.2", "vllm", "vllm"), undefined],
  ["auto", stack("1.6.1", "vllm"), /has the Dynamo runtime 1\.4\.2, and dynamo:runtime\.version is 1\.6\.1/],
  ["vllm", stack("1.4.2", "vllm", "sglang"), /graph graph-1 has the backend sglang/],
  ["auto", stack("1.4.2", "vllm", "sglang"), /python3 has no sglang, the backend of graph graph-1/],
] as const)("--engine %s for %j", (choice, settings, refusal) => {
  const found = refusalOf(choice, python, settings);
  if (refusal) expect(found).toMatch(refusal);
  else expect(found).toBeUndefined();
});

test("engines that are there have the machine's GPUs", async () => {
  const versions = pythonWith({ runtime: "1.4.2", vllm: "0.26.0", sglang: null, trtllm: null });
  machineHas({ "nvidia-smi": twoH200, python3: versions });
  const engines = await findEngines("vllm", "7b", stack("1.4.2", "vllm") as never);
  expect(engines.gpus).toHaveLength(2);
  expect(engines.pool.take("pod", 2)).toEqual([0, 1]);
  expect(engines.model).toMatchObject({ num_hidden_layers: 28, hidden_size: 3584 });
});
