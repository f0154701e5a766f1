/** `npm run cost` over the project's stacks. */
import { run } from "./command";

test("all stacks, by graph and team, and in all", async () => {
  const { code, stdout } = await run("cost");
  expect(code).toBe(0);
  expect(stdout).toMatch(/prod +│ inference │ qwen-72b │ +64 │ +3840\.00 │ +116800\.00 │ USD/);
  expect(stdout).toMatch(/in all +│ +│ +│ +68 │ +4080\.00 │ +124100\.00 │ USD/);
  expect(stdout).toContain("warning: stack dev has no price of a GPU (dynamo:budget.pricePerGpuHour)");
});

test("for machines", async () => {
  const json = await run("cost", "--stack", "prod", "--json");
  expect(JSON.parse(json.stdout).graphs[1]).toEqual({
    stack: "prod",
    team: "inference",
    graph: "qwen-1b",
    gpus: 4,
    currency: "USD",
    perDay: { min: 240, amount: 240 },
    perMonth: { min: 7300, amount: 7300 },
  });
  const csv = await run("cost", "--stack", "prod", "--csv");
  expect(csv.stdout.split("\n").slice(0, 2)).toEqual([
    "stack,team,graph,gpus,currency,minPerDay,maxPerDay,minPerMonth,maxPerMonth",
    '"prod","inference","qwen-72b",64,USD,3840,3840,116800,116800',
  ]);
});

test("a stack without a price ends with what to write", async () => {
  const { code, stderr } = await run("cost", "--stack", "dev");
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: no price is known: write dynamo:budget\.pricePerGpuHour/m),
  ]);
});
