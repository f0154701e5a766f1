/** Rows are of what the parsers of the released wheels take (ai-dynamo 0.7.1 to 1.6.1), and what they take for granted. */
import { execFileSync } from "node:child_process";
import fc from "../../fastCheck";
import { commandsOf, natsEtcd } from "../commands";

const split = { prefill: {}, decode: {} };
const kv = { router: { mode: "kv" } };
const nixl = `--kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'`;
const published = `--kv-events-config '{"publisher":"zmq","topic":"kv-events","endpoint":"tcp://*:20080","enable_kv_cache_events":true}'`;
const silenced = `--kv-events-config '{"enable_kv_cache_events":false}'`;

type Row = [version: string, graph: object, stack: object, component: string, arguments_: string];

describe("vLLM", () => {
  const vllm = "--model org/model --tensor-parallel-size 1";
  const rows: Row[] = [
    ["0.7.1", {}, natsEtcd, "VllmWorker", vllm],
    ["0.8.1", {}, {}, "VllmWorker", `${vllm} ${silenced}`],
    ["0.9.1", {}, {}, "VllmWorker", `${vllm} ${silenced}`],
    ["1.0.2", {}, {}, "VllmWorker", vllm],
    ["0.7.1", split, natsEtcd, "Prefill", `${vllm} --is-prefill-worker`],
    ["0.8.1", split, natsEtcd, "Decode", `${vllm} --is-decode-worker`],
    ["0.9.1", split, {}, "Prefill", `${vllm} --is-prefill-worker ${silenced}`],
    ["1.0.2", split, {}, "Prefill", `${vllm} --disaggregation-mode prefill ${nixl}`],
    ["1.6.1", split, natsEtcd, "Decode", `${vllm} --disaggregation-mode decode ${nixl}`],
    ["0.8.1", kv, natsEtcd, "VllmWorker", vllm], // publishes unless it is told not to
    ["1.0.2", kv, {}, "VllmWorker", `${vllm} ${published}`],
    ["1.6.1", kv, natsEtcd, "VllmWorker", `${vllm} ${published}`],
    ["1.4.2", { router: { mode: "kv", index: "approximate" } }, {}, "VllmWorker", vllm],
    ["1.4.2", { ...split, ...kv }, {}, "Decode", `${vllm} --disaggregation-mode decode ${nixl}`],
    [
      "1.4.2",
      { workers: { gpus: 16, pipelineParallel: 2 } },
      {},
      "VllmWorker",
      "--model org/model --tensor-parallel-size 8 --pipeline-parallel-size 2",
    ],
    [
      "1.4.2",
      { workers: { gpus: 8, dataParallel: 4, expertParallel: true } },
      {},
      "VllmWorker",
      "--model org/model --tensor-parallel-size 2 --data-parallel-size 4 --enable-expert-parallel",
    ],
    ["1.4.2", { loras: [{ name: "a", source: "hf://a/b" }] }, {}, "VllmWorker", `${vllm} --enable-lora`],
    [
      "1.4.2",
      { modelRevision: "refs/pr/7" },
      {},
      "VllmWorker",
      "--model org/model --revision refs/pr/7 --tensor-parallel-size 1",
    ],
    [
      "1.4.2",
      { workers: { args: ["--max-model-len=8192", "it's"] } },
      {},
      "VllmWorker",
      `${vllm} --max-model-len=8192 'it'\\''s'`,
    ],
  ];
  test.each(rows)("%s %j %j: %s", (version, graph, stack, component, expected) =>
    expect(commandsOf(version, graph, stack)[component]).toBe(`python3 -m dynamo.vllm ${expected}`),
  );
});

describe("SGLang", () => {
  const backend = { backend: "sglang" };
  const sglang =
    "--model-path org/model --served-model-name org/model --tp-size 1 --skip-tokenizer-init --enable-metrics";
  const paged = sglang.replace("--skip", "--page-size 16 --skip");
  const half = (role: string) =>
    `--disaggregation-mode ${role} --disaggregation-transfer-backend nixl --disaggregation-bootstrap-port 12345 --host 0.0.0.0`;
  const events = `--kv-events-config '{"publisher":"zmq","topic":"kv-events","endpoint":"tcp://*:5557"}'`;
  const rows: Row[] = [
    ["0.7.1", backend, natsEtcd, "SglangWorker", sglang],
    ["0.8.1", backend, {}, "SglangWorker", sglang], // off unless it is told
    ["1.6.1", backend, {}, "SglangWorker", sglang],
    [
      "1.4.2",
      { ...backend, modelRevision: "v1.1" },
      {},
      "SglangWorker",
      sglang.replace("--served", "--revision v1.1 --served"),
    ],
    ["0.8.1", { ...backend, ...split }, {}, "Prefill", `${sglang} ${half("prefill")}`],
    ["1.6.1", { ...backend, ...split }, {}, "Decode", `${sglang} ${half("decode")}`],
    ["1.4.2", { ...backend, ...kv }, {}, "SglangWorker", `${paged} ${events}`],
    ["1.4.2", { ...backend, ...kv, ...split }, {}, "Decode", `${paged} ${half("decode")}`],
    [
      "1.4.2",
      { ...backend, workers: { engineConfig: { "enable-metrics": null } } },
      {},
      "SglangWorker",
      sglang.replace(" --enable-metrics", ""),
    ],
    ["1.4.2", { ...backend, workers: { args: ["--enable-metrics"] } }, {}, "SglangWorker", sglang],
    [
      "1.4.2",
      { ...backend, ...kv, workers: { args: ["--page-size", "64"] } },
      {},
      "SglangWorker",
      `${sglang} ${events} --page-size 64`,
    ],
    [
      "1.4.2",
      {
        ...backend,
        workers: {
          engineConfig: {
            "mem-fraction-static": 0.9,
            "log-level": "debug",
            "log-requests": false,
            a: [1, 2],
            b: { c: 1 },
          },
        },
      },
      {},
      "SglangWorker",
      `${sglang} --mem-fraction-static 0.9 --log-level debug --a 1 2 --b '{"c":1}'`,
    ],
    [
      "1.4.2",
      { ...backend, workers: { gpus: 8, dataParallel: 4, expertParallel: true } },
      {},
      "SglangWorker",
      sglang.replace("--tp-size 1", "--tp-size 8 --dp-size 4 --enable-dp-attention --ep-size 8"),
    ],
  ];
  test.each(rows)("%s %j %j: %s", (version, graph, stack, component, expected) =>
    expect(commandsOf(version, graph, stack)[component]).toBe(`python3 -m dynamo.sglang ${expected}`),
  );
});

describe("TensorRT-LLM", () => {
  const backend = { backend: "trtllm" };
  const trtllm = "--model-path org/model --served-model-name org/model --tensor-parallel-size 1";
  const own = '{"cache_transceiver_config":{"backend":"UCX","max_tokens_in_buffer":8192}}';
  const file = "--extra-engine-args /etc/dynamo-engine/engine.yaml";
  const half = (role: string, isSerial: boolean) =>
    `--disaggregation-mode ${role} --override-engine-args ` +
    `'{"disable_overlap_scheduler":${isSerial},"cache_transceiver_config":{"backend":"DEFAULT"}}'`;
  const rows: Row[] = [
    ["0.7.1", backend, natsEtcd, "TrtllmWorker", trtllm],
    ["1.4.2", backend, {}, "TrtllmWorker", trtllm], // refuses prefill_and_decode, the default before
    [
      "0.8.1",
      { ...backend, modelRevision: "v1.1" },
      {},
      "TrtllmWorker",
      `${trtllm} --override-engine-args '{"revision":"v1.1"}'`,
    ],
    [
      "1.4.2",
      { ...backend, modelRevision: "v1.1", workers: { args: ["--extra-engine-args=/etc/own.yaml"] } },
      {},
      "TrtllmWorker",
      `${trtllm} --override-engine-args '{"revision":"v1.1"}' --extra-engine-args=/etc/own.yaml`,
    ],
    ["0.8.1", { ...backend, ...split }, {}, "Prefill", `${trtllm} ${half("prefill", true)}`],
    ["1.6.1", { ...backend, ...split }, {}, "Decode", `${trtllm} ${half("decode", false)}`],
    ["1.2.1", { ...backend, ...kv }, {}, "TrtllmWorker", `${trtllm} --publish-events-and-metrics`],
    ["1.4.2", { ...backend, ...kv }, {}, "TrtllmWorker", `${trtllm} --publish-kv-events`],
    ["0.8.1", { ...backend, ...kv }, {}, "TrtllmWorker", trtllm], // nothing carries events
    [
      "1.4.2",
      { ...backend, ...split, prefill: { args: ["--max-seq-len=8192", `--override-engine-args=${own}`] } },
      {},
      "Prefill",
      `${trtllm} --disaggregation-mode prefill --override-engine-args ` +
        `'{"disable_overlap_scheduler":true,"cache_transceiver_config":{"backend":"UCX","max_tokens_in_buffer":8192}}' --max-seq-len=8192`,
    ],
    [
      "1.4.2",
      { ...backend, workers: { args: ["--override-engine-args", "no JSON"] } },
      {},
      "TrtllmWorker",
      `${trtllm} --override-engine-args 'no JSON'`,
    ],
    [
      "1.4.2",
      { ...backend, workers: { gpus: 8, dataParallel: 8, expertParallel: true } },
      {},
      "TrtllmWorker",
      `${trtllm.replace("size 1", "size 8")} --expert-parallel-size 8 --override-engine-args '{"enable_attention_dp":true}'`,
    ],
    ["1.4.2", { ...backend, workers: { engineConfig: {} } }, {}, "TrtllmWorker", `${trtllm} ${file}`],
    [
      "1.4.2",
      { ...backend, prefill: { engineConfig: {}, args: ["--trtllm.max_seq_len=8"] }, decode: {} },
      {},
      "Prefill",
      `${trtllm} --disaggregation-mode prefill ${file} --trtllm.max_seq_len=8`,
    ],
    [
      "1.4.2",
      { ...backend, ...split, decode: { args: ["--trtllm.max_seq_len=8"] } },
      {},
      "Decode",
      `${trtllm} --disaggregation-mode decode ${file} --trtllm.max_seq_len=8`,
    ],
    [
      "1.4.2",
      { ...backend, ...split, decode: { args: ["--extra-engine-args", "/workspace/decode.yaml"] } },
      {},
      "Decode",
      `${trtllm} --disaggregation-mode decode --extra-engine-args /workspace/decode.yaml`,
    ],
  ];
  test.each(rows)("%s %j %j: %s", (version, graph, stack, component, expected) =>
    expect(commandsOf(version, graph, stack)[component]).toBe(`python3 -m dynamo.trtllm ${expected}`),
  );
});

test("a shell reads arguments as they were written", () => {
  const args = fc.array(
    fc.string({ minLength: 1, unit: "binary-ascii" }).filter((arg) => !arg.includes("\0")),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(args, (args) => {
      const line = commandsOf("1.4.2", { workers: { args } }).VllmWorker ?? "";
      const said = execFileSync("/bin/sh", ["-c", line.replace(/^python3/, "printf '%s\\0'")], {
        encoding: "utf8",
      });
      expect(said.split("\0").slice(6, -1)).toEqual(args);
    }),
    { numRuns: 30 },
  );
});
