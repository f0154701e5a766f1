import type { Case } from "../judge";
import { graph, worker } from "../objects";

const of = (team: string | undefined, gpus: number, replicas = 1, product?: string) => {
  const { extraPodSpec, ...rest } = worker(gpus);
  const nodeSelector = product && { "nvidia.com/gpu.product": product };
  return graph(
    {
      Worker: { ...rest, replicas, extraPodSpec: { ...extraPodSpec, ...(nodeSelector && { nodeSelector }) } },
    },
    {},
    { name: `llama-${team ?? "none"}`, ...(team && { labels: { team } }) },
  );
};
const price = { pricePerGpuHour: 2 }; // 1,460 a month for a GPU

const passes: readonly Case[] = [
  ["without a limit", [of("a", 8, 100)], []],
  ["at the limit", [of("a", 2)], [], { ...price, perMonth: 2_920 }],
  ["no GPUs", [of("a", 0)], [], { perMonth: 1 }],
  ["each team within its own", [of("a", 2), of("b", 1)], [], { ...price, teams: { a: 2_920, b: 1_460 } }],
  [
    "a kind of GPU that costs less",
    [of("a", 2, 1, "NVIDIA-L4")],
    [],
    { ...price, prices: { "NVIDIA-L4": 0.5 }, perMonth: 730 },
  ],
];

const failures: readonly Case[] = [
  [
    "above the limit",
    [of("a", 2, 2)],
    ["the stack's GPUs cost 5840.00 a month, and the policies allow 5839.00"],
    { ...price, perMonth: 5_839 },
  ],
  [
    "a dearer kind of GPU",
    [of("a", 1, 1, "NVIDIA-H200")],
    ["the stack's GPUs cost 2920.00 a month, and the policies allow 2000.00"],
    { ...price, prices: { "NVIDIA-H200": 4 }, perMonth: 2_000 },
  ],
  [
    "a kind without a price",
    [of("a", 1)],
    [
      "DynamoGraphDeployment dynamo/llama-a: the price of nvidia.com/gpu of Worker is not known: write pricePerGpuHour, or its own in prices",
    ],
    { perMonth: 1 },
  ],
  [
    "teams above theirs, without one, and nobody's",
    [of("a", 2), of("b", 1), of(undefined, 1), of("c", 1)],
    [
      "team a takes GPUs of 2920.00 a month, and its budget is 2919.00",
      "team c takes GPUs of 1460.00 a month, and has no budget",
      "GPUs of 1460.00 a month are no team's: give their objects the label team",
    ],
    { ...price, teams: { a: 2_919, b: 1_460 } },
  ],
  [
    "teams by another label",
    [of("a", 1)],
    ["GPUs of 1460.00 a month are no team's: give their objects the label squad"],
    { ...price, teams: { a: 5_000 }, teamLabel: "squad" },
  ],
];

export const cases = { "gpu-cost": [...passes, ...failures] };
