/** Names that every object has a field of are names like others. */
import { parseConfig } from "../../config/parse";
import { planStack } from "../../plan/stack";
import { textsOfStack } from "../config/stacks";

const planned = (name: string, backend: string) => {
  const graph = {
    ...{ name, backend, model: `org/${name}`, env: [{ name, value: name }] },
    ...{ frontend: { args: [name] }, workers: { name: `W-${name}`, args: [name] } },
    ...(backend === "vllm" && { loras: [{ name: `${name}-lora`, source: "hf://org/lora" }] }),
  };
  const config = { graphs: [graph], budget: { gpus: 1 }, discovery: { mode: "nats-etcd" } };
  const { switchover, refusals, warnings, graphs } = planStack(
    parseConfig("dynamo", "test", textsOfStack(config), () => false),
    {},
  );
  return { switchover, refusals, warnings, components: graphs.map(({ components }) => components) };
};

test.each(["vllm", "trtllm"])(
  "a graph of %s called constructor is planned as one of another name",
  (backend) => {
    const [chosen, other] = ["constructor", "conductress"].map((name) => planned(name, backend));
    const text = JSON.stringify(other).replaceAll("conductress", "constructor");
    expect(JSON.parse(JSON.stringify(chosen))).toEqual(JSON.parse(text));
  },
);

test("what TensorRT-LLM is told by these names reaches it", () => {
  const engineConfig = { constructor: 1, toString: { valueOf: 2 } };
  const graphs = [{ name: "chat", model: "org/model", backend: "trtllm", workers: { engineConfig } }];
  expect(
    JSON.stringify(planStack(parseConfig("dynamo", "test", textsOfStack({ graphs }), () => false))),
  ).toMatch(/constructor.{0,20}1[^}]*toString/);
});
