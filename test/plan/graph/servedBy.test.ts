import { stackConfig } from "../../../config/schema";
import { at } from "../../../gpus/manifest";
import { planStack } from "../../../plan/stack";

const scaling = { by: "hpa", max: 2 };
const plan = (chat: object, coder: object) => {
  const graphs = [
    { name: "chat", model: "a", ...chat },
    { name: "coder", model: "b", ...coder },
  ];
  return planStack(stackConfig.parse({ runtime: { version: "1.4.2" }, graphs })).graphs;
};

test("the frontends of one graph serve the models of all Dynamo namespaces", () => {
  const [chat, coder] = plan({}, { servedBy: "chat" });
  expect(at(chat?.deployment, "spec", "services", "Frontend", "globalDynamoNamespace")).toBe(true);
  expect(Object.keys(at(coder?.deployment, "spec", "services") as object)).toEqual(["VllmWorker"]);
  expect(coder?.frontend).toBeUndefined();
});

test("workers of the other tell the router of the first what it wants to hear", () => {
  const [chat, coder] = plan({ router: { mode: "kv" } }, { servedBy: "chat" });
  for (const graph of [chat, coder])
    expect(JSON.stringify(graph?.deployment)).toContain("--kv-events-config");
});

test.each([
  [{ servedBy: "chat" }, "dynamo"],
  [{}, "dynamo-coder"],
])("%j is scaled by the load of namespace %s", (coder, namespace) => {
  const [, graph] = plan({}, { ...coder, workers: { scaling } });
  const labels = JSON.stringify(graph?.scalers).match(/"dynamo_namespace":"([^"]*)"/)?.[1];
  expect(labels).toBe(namespace);
});

test.each(["hpa", "keda"])("%s knows its model, however the frontends' metrics spell it", (by) => {
  const coder = { model: "Org/Coder-1.5", servedBy: "chat", workers: { scaling: { ...scaling, by } } };
  const [, graph] = plan({}, coder);
  const [scaler] = graph?.scalers ?? [];
  if (by === "hpa") {
    expect(JSON.stringify(scaler)).toContain('"values":["Org/Coder-1.5","org/coder-1.5"]');
    return;
  }
  const [trigger] = at(scaler, "spec", "triggers") as { metadata: { query: string } }[];
  expect(trigger?.metadata.query).toContain(String.raw`model=~"(?i)(Org/Coder-1\\.5)"`);
});
