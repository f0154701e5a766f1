/** What an update would change of a graph, and which pods start anew by it. */
import { fieldChanges } from "../../../commands/adopt/fieldChanges";
import type { Manifest } from "../../../gpus/manifest";
import { ownerLabel } from "../../../plan/owner";

const container = (more: object = {}) => ({ name: "main", image: "runtime:1.4.2", args: ["-m"], ...more });
const component = (name: string, type: string, more: object = {}, main: object = {}) => ({
  name,
  type,
  replicas: 1,
  podTemplate: { spec: { containers: [container(main)] } },
  ...more,
});
const graph = (metadata: object, ...components: object[]): Manifest => ({
  apiVersion: "nvidia.com/v1beta1",
  kind: "DynamoGraphDeployment",
  metadata: { name: "chat", generation: 1, resourceVersion: "1", ...metadata },
  spec: { backendFramework: "vllm", components },
});
const [frontend, prefill, decode] = [
  component("Frontend", "frontend"),
  component("Prefill", "prefill"),
  component("Decode", "decode"),
];
const live = graph({}, frontend, prefill, decode);
const changes = (updated: Manifest, rollTogether = false) =>
  fieldChanges(live, updated, rollTogether).map(({ field, restarts }) => [field, restarts]);

test.each<[string, Manifest, unknown[]]>([
  [
    "what says whose it is, and what Pulumi waits for",
    graph(
      {
        labels: { [ownerLabel]: "prod-1" },
        annotations: { "pulumi.com/waitFor": "[]" },
        resourceVersion: "2",
      },
      ...[frontend, prefill, decode],
    ),
    [],
  ],
  ["components in another order", graph({}, decode, frontend, prefill), []],
  ["a label", graph({ labels: { team: "a" } }, frontend, prefill, decode), [["metadata.labels.team", []]]],
  [
    "an annotation that the operator hands on",
    graph({ annotations: { "nvidia.com/dynamo-discovery-backend": "etcd" } }, frontend, prefill, decode),
    [["metadata.annotations.nvidia.com/dynamo-discovery-backend", ["Frontend", "Prefill", "Decode"]]],
  ],
  [
    "replicas",
    graph({}, component("Frontend", "frontend", { replicas: 3 }), prefill, decode),
    [["spec.components.Frontend.replicas", []]],
  ],
  [
    "an argument",
    graph({}, frontend, component("Prefill", "prefill", {}, { args: ["-n"] }), decode),
    [["spec.components.Prefill.podTemplate.spec.containers.main.args", ["Prefill"]]],
  ],
  [
    "env of all",
    { ...live, spec: { ...(live.spec as object), env: [{ name: "A", value: "b" }] } },
    [["spec.env", ["Frontend", "Prefill", "Decode"]]],
  ],
])("%s", (_, updated, expected) => expect(changes(updated)).toEqual(expected));

test("where all workers roll together, all of them start anew with one, and frontends alone", () => {
  const image = (name: string, type: string) => component(name, type, {}, { image: "runtime:1.5.0" });
  expect(changes(graph({}, frontend, prefill, image("Decode", "decode")), true)).toEqual([
    ["spec.components.Decode.podTemplate.spec.containers.main.image", ["Prefill", "Decode"]],
  ]);
  expect(changes(graph({}, image("Frontend", "frontend"), prefill, decode), true)).toEqual([
    ["spec.components.Frontend.podTemplate.spec.containers.main.image", ["Frontend"]],
  ]);
});

test("services of v1alpha1 likewise", () => {
  const services = (replicas: number, args: string[]) => ({
    ...{ apiVersion: "nvidia.com/v1alpha1", metadata: { name: "chat" } },
    spec: {
      services: { W: { componentType: "worker", replicas, extraPodSpec: { mainContainer: { args } } } },
    },
  });
  expect(
    fieldChanges(services(1, ["a"]), services(2, ["b"]), true).map(({ field, restarts }) => [
      field,
      restarts,
    ]),
  ).toEqual([
    ["spec.services.W.replicas", []],
    ["spec.services.W.extraPodSpec.mainContainer.args", ["W"]],
  ]);
});
