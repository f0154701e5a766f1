/** `npm run cost` over the project's stacks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costOfTokens, describeTokenCost } from "../../commands/cost/tokens";
import { readReport } from "../../commands/traffic/report";
import { stackConfig } from "../../config/schema";
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

describe("of tokens, by a report of traffic", () => {
  const dir = mkdtempSync(join(tmpdir(), "tokens-"));
  afterAll(() => rmSync(dir, { recursive: true }));

  const target = { name: "qwen-72b", stack: "prod", runtime: "1.6.1", model: "Qwen/Qwen2.5-72B-Instruct" };
  const metrics = { completed: 100, failed: 0, errors: {}, duration: 20, requestThroughput: 5 };
  const load = { requests: 100, concurrency: 32, promptTokens: 1024, outputTokens: 256, sharedPrefix: 0 };

  function file(parts: { target?: object; metrics?: object; unfinished?: number; generatorCpu?: number }) {
    const report = {
      started: "2026-11-29T10:00:00.000Z",
      unfinished: 0,
      generatorCpu: 0.1,
      ...parts,
      load: { ...load, prefixes: 1, newConnections: false },
      target: { ...target, way: "by hand", ...parts.target },
      metrics: { ...metrics, outputTokenThroughput: 12_800, ...parts.metrics },
    };
    const path = join(dir, "report.json");
    writeFileSync(path, JSON.stringify(report));
    return path;
  }
  const traffic = (parts: Parameters<typeof file>[0], ...args: string[]) =>
    run("cost", "--traffic", file(parts), ...args);
  const figures = async (parts: Parameters<typeof file>[0], ...args: string[]) =>
    JSON.parse((await traffic(parts, "--json", ...args)).stdout).traffic;

  test("each figure says whether it is measured or computed", async () => {
    const { code, stdout } = await traffic({});
    expect(code).toBe(0);
    expect(stdout).toMatch(/^qwen-72b of prod: Qwen\/Qwen2\.5-72B-Instruct\n┌/);
    expect(stdout).toMatch(/│ GPUs +│ +160\.00 USD an hour │ computed │ 64 GPUs at full scale/);
    expect(stdout).toMatch(
      /│ output tokens +│ +12800 a second │ measured │ 100 requests, 32 at a time, of 1024 /,
    );
    // 160 an hour / (12,800 tokens x 3,600 s) x 10⁶
    expect(stdout).toMatch(/│ a million of them │ +3\.47 USD │ computed │ at this load/);
    expect(stdout).not.toContain("warning");
    expect(await figures({ metrics: { outputTokenThroughput: 1_000_000 } })).toMatchObject({
      perMillionOutputTokens: { min: 0.04444, amount: 0.04444, how: "computed" },
      outputTokensPerSecond: { value: 1_000_000, how: "measured" },
      unknown: [],
      notes: [],
    });
  });

  test("a graph that scales is estimated, from its least to its most", () => {
    const config = stackConfig.parse({
      budget: { pricePerGpuHour: 3.6 },
      graphs: [
        {
          name: "chat",
          model: "m",
          workers: { scaling: { by: "hpa", min: 1, max: 4, requestsPerReplica: 8 } },
        },
      ],
    });
    const report = readReport(
      file({ target: { name: "chat", model: "m" }, metrics: { outputTokenThroughput: 1000 } }),
    );
    expect(costOfTokens(report, "s", config)).toMatchObject({
      perHour: { min: 3.6, amount: 14.4, how: "estimated" },
      perMillionOutputTokens: { min: 1, amount: 4, how: "estimated" },
    });
  });

  test("a kind without a price is unknown, however many others have one", () => {
    const config = stackConfig.parse({
      budget: { prices: { "NVIDIA-H200": 4 } },
      graphs: [
        { name: "chat", model: "m", workers: { placement: { gpuProduct: "NVIDIA-H200" } } },
        { name: "other", model: "m" },
      ],
    });
    const costs = (name: string) =>
      costOfTokens(readReport(file({ target: { name, model: "m" } })), "s", config);
    expect(costs("chat").unknown).toEqual([]);
    const other = costs("other");
    expect(other.unknown).toEqual(["the price of nvidia.com/gpu (dynamo:budget.prices)"]);
    expect(other).not.toHaveProperty("perMillionOutputTokens");
    expect(other).not.toHaveProperty("perHour");
    expect(describeTokenCost(other)).toMatch(/a million of them │ +unknown/);
  });

  test("without any price it ends with what to write", async () => {
    const { code, stdout, stderr } = await traffic({
      target: { stack: "dev", name: "vllm-distributed-demo", model: "Qwen/Qwen2.5-1.5B-Instruct" },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/a million of them │ +unknown/);
    expect(stderr).toMatch(/^error: no price is known: write dynamo:budget\.pricePerGpuHour/m);
  });

  test("what speaks against the run is told", async () => {
    const { notes } = await figures({
      target: { model: "gpt-2", runtime: "1.5.0" },
      metrics: { failed: 3 },
      unfinished: 2,
      generatorCpu: 0.95,
    });
    expect(notes).toEqual([
      "the run asked for gpt-2, and the graph serves Qwen/Qwen2.5-72B-Instruct",
      "the run was on runtime 1.5.0, and the stack has 1.6.1",
      "5 of 105 requests were not answered",
      "the load's own machine may be what limited it",
    ]);
  });

  test("a report of an address has its graph from the options", async () => {
    const of = { target: { name: "10.0.0.1", stack: undefined } };
    expect(await figures(of, "--stack", "prod", "--graph", "qwen-72b")).toMatchObject({ graph: "qwen-72b" });
    expect(await traffic(of)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: .*by --stack and/),
    });
  });

  test.each<[string, Parameters<typeof file>[0], string[], RegExp]>([
    ["another stack", {}, ["--stack", "dev"], /the report is of stack prod, and --stack names dev/],
    [
      "a graph that is not there",
      { target: { name: "gone" } },
      [],
      /has no graph gone: write one of qwen-72b/,
    ],
    [
      "no answers",
      { metrics: { outputTokenThroughput: 0 } },
      [],
      /no output tokens: no request was answered/,
    ],
    ["fewer than none", { metrics: { outputTokenThroughput: -1 } }, [], /no output tokens/],
    ["a text for a number", { metrics: { outputTokenThroughput: "9" } }, [], /is no report/],
    ["a spreadsheet", {}, ["--csv"], /cannot be used with option '--csv'/],
  ])("%s ends in one line", async (_, parts, args, message) => {
    const { code, stdout, stderr } = await traffic(parts, ...args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toMatch(message);
  });
});
