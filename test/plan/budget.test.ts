import { stackConfig } from "../../config/schema";
import { gpuDemand } from "../../gpus/demand";
import { planStack } from "../../plan/stack";
import fc from "../fastCheck";

const graph = (workers: object, name = "demo") => ({ name, model: "m", workers });
const plan = (config: object) => planStack(stackConfig.parse(config));

test("the plan's count is that of its manifests", () => {
  const size = fc.integer({ min: 1, max: 16 });
  const graphs = fc.array(fc.record({ replicas: size, gpus: size, nodes: size }), { maxLength: 4 });
  const mode = fc.constantFrom("kubernetes", "nats-etcd");
  fc.assert(
    fc.property(graphs, mode, (all, mode) => {
      const made = plan({
        discovery: { mode },
        graphs: all.map((workers, i) => graph(workers, `graph-${i}`)),
      });
      const demand = gpuDemand(made.graphs.map(({ deployment }) => deployment));
      expect(demand.gpus).toBe(made.gpus.total);
      expect(demand.uncounted).toEqual([]);
      expect(Object.values(made.gpus.byGraph).reduce((sum, gpus) => sum + gpus, 0)).toBe(made.gpus.total);
    }),
  );
});

test("GPU-hours and money of a day", () => {
  const graphs = [graph({ replicas: 3 })];
  expect(plan({ graphs }).gpus).toMatchObject({
    byKind: { "nvidia.com/gpu": 3 },
    budget: undefined,
    hoursPerDay: 72,
    costPerDay: undefined,
  });
  const { gpus } = plan({ graphs, budget: { pricePerGpuHour: 2.345, currency: "EUR" } });
  const cost = { min: 168.84, amount: 168.84 };
  expect(gpus.costPerDay).toEqual({ ...cost, currency: "EUR", byGraph: { demo: cost }, unpriced: [] });
});

test("money by kind of GPU, and from the least to the most that scales", () => {
  const placement = { gpuProduct: "NVIDIA-H200" };
  const graphs = [
    graph({ replicas: 2, placement }, "dear"),
    graph({ gpuResource: "nvidia.com/mig-3g.40gb" }, "slice"),
    graph({ gpus: 2, scaling: { by: "hpa", min: 1, max: 4 } }, "scaled"),
  ];
  const cost = (budget: object) => plan({ runtime: { version: "1.6.1" }, graphs, budget }).gpus.costPerDay;
  expect(cost({ pricePerGpuHour: 1, prices: { "NVIDIA-H200": 4, "nvidia.com/mig-3g.40gb": 0.5 } })).toEqual({
    min: 192 + 12 + 48,
    amount: 192 + 12 + 192,
    currency: "USD",
    byGraph: {
      dear: { min: 192, amount: 192 },
      slice: { min: 12, amount: 12 },
      scaled: { min: 48, amount: 192 },
    },
    unpriced: [],
  });
  expect(cost({ prices: { "NVIDIA-H200": 4 } })).toMatchObject({
    amount: 192,
    unpriced: ["nvidia.com/mig-3g.40gb", "nvidia.com/gpu"],
  });
});

test.each([
  [2, undefined],
  [3, undefined],
  [1, /^the graphs ask for 2 GPUs, and the budget is 1: .* raise dynamo:budget.gpus$/],
])("2 GPUs with a budget of %i", (gpus, refusal) => {
  const made = plan({ graphs: [graph({ replicas: 2 })], budget: { gpus } });
  expect(made.refusals).toEqual(refusal === undefined ? [] : [expect.stringMatching(refusal)]);
});

test("Grove makes no pod beside those that it replaces", () => {
  const { warnings } = plan({
    graphs: [graph({ replicas: 2, gpus: 2 })],
    budget: { gpus: 4 },
    platform: { orchestrator: "grove" },
  });
  expect(warnings.filter((warning) => warning.includes("rolling update"))).toEqual([]);
});

test.each([
  [
    "of two replicas needs one more",
    { replicas: 2, gpus: 2 },
    4,
    "6 GPUs for a while, and the budget is 4: it would stall",
  ],
  ["of three with room for it needs nothing", { replicas: 3, gpus: 2 }, 8, undefined],
  [
    "of four makes room by itself",
    { replicas: 4, gpus: 2 },
    8,
    "10 GPUs for a while, and the budget is 8: it would be slow",
  ],
  ["on several nodes is its orchestrator's", { replicas: 1, gpus: 2, nodes: 2 }, 4, undefined],
])("a rolling update %s", (_, workers, gpus, advice) => {
  const { warnings } = plan({ graphs: [graph(workers)], budget: { gpus } });
  const onUpdates = warnings.filter((warning) => warning.includes("rolling update"));
  expect(onUpdates).toEqual(advice ? [expect.stringContaining(advice)] : []);
});
