/** The least that settings of rules may be, and what is just below. */
import { rules } from "../../policies/rules";
import { judge } from "./judge";

async function isRefused(name: string, settings: object): Promise<boolean> {
  const rule = rules.find((one) => one.name === name);
  if (!rule) throw new Error(`no rule is ${name}`);
  const { messages } = await judge(rule, [{ apiVersion: "v1", kind: "ConfigMap" }], settings);
  return messages.some((message) => message.startsWith(`the settings of ${name} can't be used: `));
}

test.each<[rule: string, least: object, ...refused: object[]]>([
  ["gpu-budget", { gpus: 0 }, { gpus: -1 }, { gpus: 1.5 }],
  ["gpu-budget", { allowedKinds: { "ray.io/RayCluster": 0 } }, { allowedKinds: { "ray.io/RayCluster": -1 } }],
  [
    "gpu-budget",
    { allowedKinds: { "a/B": 1 } },
    ...["B", "/B", "a/", "a/B/c", "a/B c", " a/B"].map((kind) => ({ allowedKinds: { [kind]: 1 } })),
  ],
  ["gpu-limits", { perPod: 0 }, { perPod: -1 }, { perPod: 0.5 }],
  ["gpu-limits", { perComponent: 0 }, { perComponent: -1 }, { perComponent: 0.5 }],
  ["gpu-cost", { perMonth: 0 }, { perMonth: -0.01 }],
  ["gpu-cost", { teams: { a: 0 } }, { teams: { a: -0.01 } }],
  ["gpu-cost", { pricePerGpuHour: 0 }, { pricePerGpuHour: -0.01 }],
  ["gpu-cost", { prices: { a: 0 } }, { prices: { a: -0.01 } }],
  ["gpu-cost", { teamLabel: "t" }, { teamLabel: "" }],
  ["gpu-memory", { gpuMemory: "1Gi" }, { gpuMemory: "0Gi" }, { gpuMemory: "1" }, { gpuMemory: "-1Gi" }],
  ["gpu-memory", { gpuMemory: "1000Mi" }, { gpuMemory: "999Mi" }],
  ["node-ports", { lowest: 1 }, { lowest: 0 }, { lowest: 1.5 }],
  ["node-ports", { highest: 65_535 }, { highest: 65_536 }, { highest: 30_000.5 }],
  ["node-ports", { lowest: 30_000, highest: 30_000 }, { lowest: 30_001, highest: 30_000 }],
  ["node-ports", { reserved: [] }, { reserved: [1.5] }],
  ["server-members", { min: 1 }, { min: 0 }, { min: 1.5 }],
])("%s: %j", async (rule, least, ...refused) => {
  expect(await isRefused(rule, least)).toBe(false);
  for (const settings of refused)
    expect([settings, await isRefused(rule, settings)]).toEqual([settings, true]);
});

test.each(rules)("$name takes no settings that it does not know", async ({ name }) =>
  expect(await isRefused(name, { unheardOf: 1 })).toBe(true),
);
