/** The file of an engine's own settings. */
import { parse } from "yaml";
import { stackConfig } from "../../../config/schema";
import { at, list } from "../../../gpus/manifest";
import { planStack } from "../../../plan/stack";

function planned(pool: object) {
  const graphs = [{ name: "demo", model: "m", backend: "trtllm", prefill: pool, decode: {} }];
  const [graph] = planStack(stackConfig.parse({ runtime: { version: "1.4.2" }, graphs })).graphs;
  if (!graph) throw new Error("no graph");
  const [file] = graph.before.filter((object) => object.kind === "ConfigMap");
  const pod = at(graph.deployment.spec, "services", "Prefill", "extraPodSpec");
  return { graph, file, settings: file && parse(file.data["engine.yaml"]), pod };
}

test("has the settings over what the plan needs, one by one", () => {
  const { settings } = planned({
    engineConfig: {
      kv_cache_config: { dtype: "fp8" },
      cache_transceiver_config: { max_tokens_in_buffer: 8192 },
      disable_overlap_scheduler: false,
    },
  });
  expect(settings).toEqual({
    kv_cache_config: { dtype: "fp8" },
    cache_transceiver_config: { backend: "DEFAULT", max_tokens_in_buffer: 8192 },
    disable_overlap_scheduler: false,
  });
});

test("is mounted where the worker reads it", () => {
  const { file, pod } = planned({ engineConfig: { max_batch_size: 8 } });
  expect(pod).toMatchObject({
    volumes: [{ name: "engine-config", configMap: { name: file?.metadata.name } }],
    mainContainer: {
      volumeMounts: [{ name: "engine-config", mountPath: "/etc/dynamo-engine", readOnly: true }],
    },
  });
  expect(String(list(at(pod, "mainContainer", "args"))[0])).toContain("/etc/dynamo-engine/engine.yaml");
});

test("has another name where it says anything else, so that workers start anew", () => {
  const name = (engineConfig: object) => planned({ engineConfig }).file?.metadata.name;
  expect(name({ max_batch_size: 8 })).toBe(name({ max_batch_size: 8 }));
  expect(name({ max_batch_size: 8 })).not.toBe(name({ max_batch_size: 16 }));
});

test("is none where nothing asks for it", () => expect(planned({}).file).toBeUndefined());
