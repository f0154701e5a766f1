import { reservedIn, settingOfEnv } from "../../config/reservedArgs";

const decides: Readonly<Record<string, readonly string[]>> = {
  discovery: [
    "--discovery-backend=etcd",
    "--discovery-backend etcd",
    "--discovery_backend=etcd",
    "--disco etcd",
    "--store-kv=mem",
  ],
  "the request plane": ["--request-plane=nats", "--request_plane nats", "--requ=nats"],
  "the event plane": ["--event-plane=nats", "--eve zmq"],
  "the namespace": ["--namespace=other", "--namesp other"],
  "the endpoint": ["--endpoint=dyn://other.x.y", "--endp dyn://a.b.c"],
  "the model": [
    "--model=other/x",
    "--model other/x",
    "--model-path=other/x",
    "--model_path=other/x",
    "--mod=other/x",
    "-m",
  ],
  "the model's name": ["--served-model-name=evil", "--served_model_name evil", "--served=evil"],
  "the role": [
    "--is-prefill-worker",
    "--is_decode_worker",
    "--disaggregation-mode=prefill",
    "--disagg=decode",
  ],
  "the router": ["--router-mode=kv", "--no-kv-events", "--no-router-kv-events"],
  "KV events": [
    '--kv-events-config={"enable_kv_cache_events":false}',
    "--kv-events-config.enable_kv_cache_events=true",
    "--kv_events_conf {}",
    "--no-publish-kv-events",
  ],
  parallelism: [
    "--tensor-parallel-size=8",
    "--tensor_parallel_size 8",
    "--tensor=8",
    "-tp=8",
    "-tp",
    "--tp 8",
    "--dp-size=2",
    "-dpl 2",
    "--nnodes=4",
    "--enable-expert-parallel",
    "--no-enable-dp-attention",
    "; python3 -m dynamo.vllm --tensor-parallel-size 8".replace("-m dynamo.vllm ", ""),
    '--override-engine-args={"tensor_parallel_size":8}',
    "'--pp' 2",
  ],
};

test.each(Object.entries(decides).flatMap(([what, args]) => args.map((arg) => [arg, what])))(
  "%s decides %s",
  (arg, what) => expect(reservedIn(arg)).toMatchObject({ what }),
);

test.each([
  "--max-model-len=8192",
  "--max-num-seqs 64",
  "--trust-remote-code",
  "--mem-fraction-static=0.85",
  "--max-lora-rank=64",
  "--kv-cache-dtype=fp8",
  "--kv-transfer-config={}",
  "--model-loader-extra-config={}",
  "--disable-overlap-schedule",
  "--reasoning-parser=qwen3",
  "--dyn-tool-call-parser=hermes",
  "--decode-context-parallel-size=2",
  "--gpu-memory-utilization=0.9",
  "--enable-prefix-caching",
  "--host=0.0.0.0",
  "--extra-engine-args=/engine/agg.yaml",
  "-x",
  "8192",
])("%s is the user's own", (arg) => expect(reservedIn(arg)).toBeUndefined());

test("a file of arguments can't be read, but for TensorRT-LLM's own", () => {
  expect(reservedIn("--config=/a.yaml", "vllm")).toMatchObject({ flag: "--config" });
  expect(reservedIn("--config=/a.yaml", "trtllm")).toBeUndefined();
});

test("the name by which clients ask for a model has a setting of its own", () => {
  for (const arg of ["--served-model-name=a", "--served_model_name a", "--model-name=a"])
    expect(reservedIn(arg)).toMatchObject({ setting: "servedModelName" });
  expect(reservedIn("--model=a")).toMatchObject({ setting: "the graph's model" });
  expect(settingOfEnv("DYN_SERVED_MODEL_NAME")).toBe("servedModelName");
});

test("env that decides the same", () => {
  const names = [
    "DYN_DISCOVERY_BACKEND",
    "DYN_STORE_KV",
    "DYN_REQUEST_PLANE",
    "DYN_NAMESPACE",
    "NATS_SERVER",
    "ETCD_ENDPOINTS",
  ];
  expect(names.filter((name) => settingOfEnv(name) === undefined)).toEqual([]);
  expect(
    ["DYN_LOG", "HF_HOME", "DYN_SYSTEM_PORT", "DYN_LORA_ENABLED"].filter((name) => settingOfEnv(name)),
  ).toEqual([]);
});

test.each([
  ["DYN_VLLM_DISAGGREGATION_MODE", "prefill", "prefill and decode in place of workers"],
  ["DYN_VLLM_IS_PREFILL_WORKER", "true", "prefill and decode in place of workers"],
  ["DYN_TRTLLM_TENSOR_PARALLEL_SIZE", "4", "gpus, nodes, tensorParallel"],
  ["DYN_TRTLLM_MODEL", "Qwen/Qwen3-32B", "the graph's model"],
  ["DYN_TRTLLM_SERVED_MODEL_NAME", "other", "servedModelName"],
  ["DYN_TRTLLM_OVERRIDE_ENGINE_ARGS", '{"tensor_parallel_size": 8}', "gpus and the sizes of the workers"],
  ["DYN_SGL_DISAGGREGATION_MODE", "prefill", "prefill and decode in place of workers"],
])("%s=%s says as its flag does what %s decide", (name, value, setting) =>
  expect(settingOfEnv(name, value)).toContain(setting),
);

test.each([
  ["DYN_TRTLLM_MAX_BATCH_SIZE", "8"],
  ["DYN_TRTLLM_MODEL_LOADER_EXTRA_CONFIG", "{}"],
  ["DYN_TRTLLM_OVERRIDE_ENGINE_ARGS", '{"max_batch_size": 8}'],
  ["DYN_VLLM_EMBEDDING_WORKER", "true"],
])("%s=%s is the user's own", (name, value) => expect(settingOfEnv(name, value)).toBeUndefined());
