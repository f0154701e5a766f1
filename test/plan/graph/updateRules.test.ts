/** What operators refuse of updates, by release: a line for each rule's first release, and the one before. */
import type { ReleaseLine } from "../../../config/runtime/release";
import { fieldsOf } from "../../../plan/graph/graphFields";
import { refusedUpdates } from "../../../plan/graph/updateRules";

const worker = { componentType: "worker", replicas: 2 };
const scaled = { scalingAdapter: { enabled: true } };
const ofSeveral = (nodeCount: number) => ({ multinode: { nodeCount } });
const graph = (part: object, spec: object = {}, metadata: object = {}) => ({
  metadata,
  spec: { backendFramework: "vllm", services: { Worker: { ...worker, ...part } }, ...spec },
});
const refused = (line: ReleaseLine, before: unknown, after: unknown) =>
  refusedUpdates(line, fieldsOf(before), fieldsOf(after)).length > 0;

describe("a change of", () => {
  test.each<[string, unknown, unknown, ReleaseLine, ReleaseLine]>([
    ["backend", graph({}), graph({}, { backendFramework: "sglang" }), "0.7", "0.8"],
    ["components", graph({}), graph({}, { services: { Other: worker } }), "0.8", "0.9"],
    ["one node to several", graph({}), graph(ofSeveral(2)), "0.8", "0.9"],
    ["several nodes to one", graph(ofSeveral(2)), graph({}), "0.8", "0.9"],
    ["a component's type", graph({}), graph({ subComponentType: "decode" }), "1.4", "1.5"],
    ["nodes", graph(ofSeveral(2)), graph(ofSeveral(4)), "1.5", "1.6"],
    ["topology", graph({}), graph({}, { topologyConstraint: { packDomain: "rack" } }), "1.0", "1.1"],
    [
      "the KV transfer policy",
      graph({}),
      graph({}, { experimental: { kvTransferPolicy: {} } }),
      "1.2",
      "1.3",
    ],
    ["minAvailable", graph({ minAvailable: 1 }), graph({ minAvailable: 2 }), "1.2", "1.3"],
    [
      "the operator's own annotation",
      graph({}, {}, { annotations: { "nvidia.com/workload-provider": "grove" } }),
      graph({}),
      "1.4",
      "1.5",
    ],
    ["replicas by turning an adapter on", graph({}), graph({ ...scaled, replicas: undefined }), "0.7", "0.8"],
    ["replicas by turning an adapter off", graph({ ...scaled }), graph({ replicas: 3 }), "1.3", "1.4"],
  ])("%s is refused from its release on", (_, before, after, last, first) => {
    expect([refused(last, before, after), refused(first, before, after)]).toEqual([false, true]);
  });

  test.each<[string, object, object]>([
    ["replicas with an adapter", scaled, { ...scaled, replicas: 3 }],
    ["missing replicas, which count as 1", scaled, { ...scaled, replicas: undefined }],
  ])("%s is refused by all releases that have adapters", (_, before, after) => {
    const lines: ReleaseLine[] = ["0.8", "0.9", "1.0", "1.3", "1.4", "1.5", "1.6", "1.7"];
    expect(lines.map((line) => refused(line, graph(before), graph(after)))).toEqual(lines.map(() => true));
  });

  test("replicas without an adapter is refused by 0.8 alone, where each component has one unless it declines", () => {
    const lines: ReleaseLine[] = ["0.7", "0.8", "0.9", "1.4", "1.6"];
    const more = graph({ replicas: 3 });
    expect(lines.filter((line) => refused(line, graph({}), more))).toEqual(["0.8"]);
    const declined = { scalingAdapter: { disable: true } };
    expect(refused("0.8", graph(declined), graph({ ...declined, replicas: 3 }))).toBe(false);
  });

  test("what may change is refused by none", () => {
    const after = graph({ envs: [{ name: "A", value: "1" }], resources: { limits: { gpu: "2" } } });
    expect(refused("0.9", graph({}), after) || refused("1.7", graph({}), after)).toBe(false);
  });
});

test("both versions of the API say the same", () => {
  const alpha = fieldsOf(graph({ ...scaled, subComponentType: "decode", ...ofSeveral(2) }));
  const component = {
    name: "Worker",
    type: "decode",
    replicas: 2,
    scalingAdapter: {},
    multinode: { nodeCount: 2 },
  };
  const beta = fieldsOf({ spec: { backendFramework: "vllm", components: [component] } });
  const plain = ({ components }: typeof beta) =>
    Object.entries(components).map(([name, { type, nodes, replicas }]) => ({ name, type, nodes, replicas }));
  expect(plain(beta)).toEqual(plain(alpha));
});
