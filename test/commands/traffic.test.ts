import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { TrafficReport } from "../../commands/traffic/report";
import { projectDir } from "../../config/project";
import { environment, processOf, run } from "./command";
import {
  answers,
  type Chat,
  type FakeFrontend,
  fakeFrontend,
  promptTokens,
  refuses,
  streams,
  token,
} from "./frontend/fakeFrontend";

jest.setTimeout(60_000); // for the one in a process of its own

const out = mkdtempSync(join(tmpdir(), "traffic-"));
afterAll(() => rmSync(out, { recursive: true }));

const frontends: FakeFrontend[] = [];
afterEach(() => Promise.all(frontends.splice(0).map((each) => each.close())));

async function start(chat?: Chat, models?: readonly string[]): Promise<FakeFrontend> {
  const frontend = await fakeFrontend(chat, models);
  frontends.push(frontend);
  return frontend;
}

const traffic = ({ url }: FakeFrontend, ...args: string[]) => run("traffic", "--url", url, ...args);

async function report(frontend: FakeFrontend, ...args: string[]) {
  const { code, stdout, stderr } = await traffic(frontend, "--json", ...args);
  return { code, stderr, report: JSON.parse(stdout) as TrafficReport };
}

/** Options of more requests than will be sent, to be interrupted. */
const endless = ["--requests", "100000", "--output-tokens", "5"];

test("30 requests, 3 at a time, are reported with throughput, percentiles and a histogram", async () => {
  const { code, stdout } = await traffic(await start(answers({ first: 20 })));
  expect(code).toBe(0);
  expect(stdout).toMatch(/tiny, 3 requests at a time, by http/);
  expect(stdout).toMatch(/30 completed, none failed, in \d/);
  expect(stdout).toMatch(
    /requests\/s, \d+ output tokens\/s; of a request 128 prompt and 64 output tokens \(asked for: 128 and 64\), 1\.6 % of prompts from KV caches/,
  );
  for (const name of ["time to first token", "inter token latency", "request latency"])
    expect(stdout).toMatch(new RegExp(`│ ${name} +│ +[\\d.]+ │ +[\\d.]+ │ +[\\d.]+ │`));
  expect(stdout).toMatch(/^time to first token, ms\n( +[\d.]+ – +[\d.]+.*\n)+/m);
});

test("figures are those of the requests", async () => {
  const { report: found } = await report(
    await start(answers({ first: 100, between: 10 })),
    "--requests",
    "12",
    "--output-tokens",
    "20",
  );
  const { metrics, load, unfinished } = found;
  expect(load).toMatchObject({ requests: 12, concurrency: 3, outputTokens: 20, promptTokens: 128 });
  expect(metrics).toMatchObject({
    completed: 12,
    failed: 0,
    errors: {},
    outputTokens: 20,
    promptTokens: 128,
  });
  expect(unfinished).toBe(0);
  expect(metrics.timeToFirstToken?.p50).toBeGreaterThan(98);
  expect(metrics.interTokenLatency?.p50).toBeGreaterThan(9);
  expect(metrics.interTokenLatency?.p50).toBeLessThan(30);
  expect(metrics.requestLatency?.p50).toBeGreaterThan(98 + 19 * 9);
  expect(metrics.requestThroughput * metrics.duration).toBeCloseTo(12);
  expect(metrics.outputTokenThroughput * metrics.duration).toBeCloseTo(240);
});

test("no more requests run at once than asked for", async () => {
  let [running, most] = [0, 0];
  const well = answers({ first: 30 });
  const frontend = await start(async (response, asked, index) => {
    most = Math.max(most, ++running);
    await well(response, asked, index);
    running--;
  });
  await traffic(frontend, "--requests", "40", "--concurrency", "8", "--output-tokens", "2");
  expect(most).toBe(8);
});

test("--request-rate begins requests evenly, as many at once as it takes", async () => {
  const frontend = await start(answers({ first: 300 }));
  const { report: found } = await report(
    frontend,
    "--requests",
    "20",
    "--request-rate",
    "50",
    "--output-tokens",
    "2",
  );
  expect(found.load.concurrency).toBe(20);
  // The last one begins after 0.38 s. One after the other, they would take 6 s.
  expect(found.metrics.duration).toBeGreaterThan(0.67);
  expect(found.metrics.duration).toBeLessThan(3);
});

test("prompts have the tokens that are asked for, and begin alike in groups", async () => {
  const frontend = await start();
  const shape = ["--prompt-tokens", "200", "--shared-prefix", "110", "--prefixes", "3"];
  await traffic(frontend, "--requests", "40", "-c", "8", ...shape);
  const prompts = frontend.asked.slice(2); // two count the tokens of a word
  expect(prompts.map(promptTokens)).toEqual(Array(40).fill(200));
  const starts = prompts.map(({ messages }) => messages[0]?.content.split(" ").slice(0, 50).join(" "));
  expect(new Set(starts).size).toBe(3);
  expect(new Set(prompts.map(({ messages }) => messages[0]?.content)).size).toBe(40);
  const { code, stderr } = await traffic(frontend, "--prompt-tokens", "100", "--shared-prefix", "101");
  expect(code).toBe(1);
  expect(stderr).toContain("--shared-prefix is 101, more than the 100 tokens of a prompt");
});

/** Answers what is not streamed by these in turns, and what is streamed well. */
const counts = (...ways: Chat[]) => {
  const well = answers();
  let turn = 0;
  return start((response, asked, index) =>
    (asked.stream ? well : (ways[turn++ % ways.length] ?? well))(response, asked, index),
  );
};
const usageOf =
  (usage: object | undefined): Chat =>
  (response) =>
    response.end(JSON.stringify({ choices: [{ message: { content: "" } }], usage }));
const empty: Chat = (response, asked, index) =>
  usageOf({ prompt_tokens: promptTokens(asked), completion_tokens: 0 })(response, asked, index);

test("tokens of a word are found out by answers without text, and tried again", async () => {
  const frontend = await counts(refuses(503, "busy"), empty, (response) => response.socket?.destroy(), empty);
  const { code, report: found } = await report(frontend, "--requests", "3", "--prompt-tokens", "200");
  expect([code, found.metrics.promptTokens, found.load.tokensPerWord]).toEqual([0, 200, 2]);
});

test.each<[string, Chat, RegExp]>([
  ["that fail", refuses(500, "no"), /\(HTTP 500: no\)/],
  ["that count nothing", usageOf(undefined), /\(its answers have no usage.prompt_tokens\)/],
  [
    "that count all alike",
    usageOf({ prompt_tokens: 5, completion_tokens: 1 }),
    /5 tokens in 8 words, and 5 in 72/,
  ],
])("by answers %s nothing is sent, unless the tokens of a word are told", async (_, chat, reason) => {
  const frontend = await counts(chat);
  const refused = await traffic(frontend, "--requests", "3");
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toMatch(
    /the frontend does not say how many tokens a word has .*: write --tokens-per-word$/m,
  );
  expect(refused.stderr).toMatch(reason);
  const { code, stdout } = await traffic(frontend, "--requests", "3", "--tokens-per-word", "4");
  expect(code).toBe(0);
  expect(stdout).toContain("74.0 prompt tokens a request, and 128 were asked for (--prompt-tokens)");
});

test("failures are counted by kind, and the others measured", async () => {
  const well = answers();
  const stalled = streams((response) => token(response));
  const frontend = await start((response, asked, index) => {
    if (!asked.stream || index % 5 > 1) return well(response, asked, index);
    return (index % 5 === 0 ? refuses(503, "overloaded") : stalled)(response, asked, index);
  });
  const { code, stdout, stderr } = await traffic(
    frontend,
    "--requests",
    "30",
    "-c",
    "15",
    "--timeout",
    "0.5",
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/18 completed, 12 failed/);
  expect(stdout).toMatch(/HTTP 503 +│ 6 +│ HTTP 503: overloaded/);
  expect(stdout).toMatch(
    /stalled stream +│ 6 +│ the answer began and stalled: nothing more within 0\.5 s \(after 1/,
  );
  expect(stderr).toMatch(/^error: 12 of 30 requests failed$/m);
});

test("one slow worker of five shows at p90, and not at p50", async () => {
  const [fast, slow] = [answers({ first: 5 }), answers({ first: 250 })];
  const frontend = await start((response, asked, index) =>
    (index % 5 === 0 ? slow : fast)(response, asked, index),
  );
  const { report: found } = await report(frontend, "--requests", "40", "--output-tokens", "4");
  expect(found.metrics.timeToFirstToken?.p50).toBeLessThan(150);
  expect(found.metrics.timeToFirstToken?.p90).toBeGreaterThan(240);
});

test("a frontend that goes while traffic runs ends it soon, with what was measured", async () => {
  const well = answers();
  const frontend: FakeFrontend = await start((response, asked, index) => {
    if (index === 20) void frontend.close();
    return well(response, asked, index);
  });
  const { code, report: found } = await report(frontend, "--requests", "100");
  expect(code).toBe(1);
  expect(found.metrics.completed).toBeGreaterThan(10);
  expect(found.metrics.errors["connection refused"]?.count).toBeGreaterThan(50);
  expect(found.metrics.completed + found.metrics.failed).toBe(100);
});

test.each([
  ["no model", [], /the frontend lists no model: no worker is registered/],
  ["another model", ["a"], /the frontend does not list tiny, but a/],
])("a frontend with %s gets no traffic", async (_, models, message) => {
  const frontend = await start(undefined, models);
  const { code, stdout, stderr } = await traffic(frontend, ...(models.length > 0 ? ["--model", "tiny"] : []));
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(frontend.asked).toEqual([]);
});

/** A frontend that does something as it is asked the tenth time. */
const startFrontend = (atTenth: () => void) => {
  const well = answers({ first: 5 });
  return start((response, asked, index) => {
    if (index === 9) atTenth();
    return well(response, asked, index);
  });
};

test("SIGTERM ends it with what was measured, and so does SIGINT in a process of its own", async () => {
  const here = await traffic(await startFrontend(() => process.emit("SIGTERM", "SIGTERM")), ...endless);
  let child: ChildProcess | undefined;
  const frontend = await startFrontend(() => child?.kill("SIGINT"));
  child = spawn(process.execPath, processOf("traffic", "--url", frontend.url, ...endless), {
    cwd: projectDir,
    env: environment(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [stdout, [code]] = await Promise.all([text(child.stdout as Readable), once(child, "close")]);
  expect([here.code, code]).toEqual([143, 130]);
  for (const printed of [here.stdout, stdout]) {
    expect(printed).toMatch(/^\d completed, none failed/m);
    expect(printed).toMatch(/interrupted: \d+ of 100000 requests were not finished/);
  }
});

test("an interruption before the first request ends it without a stack trace", async () => {
  const frontend = await start(() => process.emit("SIGINT", "SIGINT")); // it never tells how many tokens a word has
  const { code, stderr } = await traffic(frontend, ...endless);
  expect(code).toBe(130);
  expect(stderr).toMatch(/^\S+: http:\S+, as --url says\n$/);
});

test("a run is compared with one that was saved, and drawn", async () => {
  const [saved, drawn] = [join(out, "earlier.json"), join(out, "chart.svg")];
  const frontend = await start(answers({ first: 150 }));
  expect((await traffic(frontend, "--requests", "6", "--output-tokens", "4", "--out", saved)).code).toBe(0);
  const earlier = JSON.parse(readFileSync(saved, "utf8")) as TrafficReport;
  expect(earlier.metrics.completed).toBe(6);
  const { p50 = 0 } = earlier.metrics.timeToFirstToken ?? {};
  expect(p50).toBeGreaterThan(145);

  const faster = await start(answers({ first: 20 }));
  const args = ["--requests", "6", "--output-tokens", "5", "--compare", saved, "--svg", drawn];
  const { code, stdout } = await traffic(faster, ...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/compared with 127\.0\.0\.1:\d+ of 20/);
  expect(stdout).toContain("not alike: outputTokens was 4, and is 5");
  const slower = `│ time to first token p50 +│ +${p50.toFixed(0)} ms │`;
  expect(stdout).toMatch(new RegExp(`${slower} +[\\d.]+ ms │ +−\\d+\\.\\d % │`));
  expect(stdout).toMatch(/│ request throughput +│ +[\d.]+ \/s │ +[\d.]+ \/s │ +\+[\d.]+ % │/);
  const svg = readFileSync(drawn, "utf8");
  expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  expect(svg.match(/fill="#b7bdc4"/g)).toHaveLength(9 + 1); // three percentiles of three latencies, and the legend
});

test("files that can't be used are told before any traffic", async () => {
  const frontend = await start();
  const other = join(out, "other.json");
  writeFileSync(other, "{}");
  const compared = await traffic(frontend, "--compare", other);
  expect(compared.code).toBe(1);
  expect(compared.stderr).toMatch(/other\.json is no report: ✖ .+ → at \w+\. Write one by /);
  const lost = await traffic(frontend, "--out", join(out, "nothing", "report.json"));
  expect(lost.code).toBe(1);
  expect(lost.stderr).toMatch(/its folder does not exist/);
  const folder = await traffic(frontend, "--out", out);
  expect(folder.code).toBe(1);
  expect(folder.stderr).toMatch(/it is a folder: name a file in it/);
  expect(frontend.asked).toEqual([]);
});

test("a rate that would take days is refused", async () => {
  const { code, stdout, stderr } = await run(
    "traffic",
    "--url",
    "http://127.0.0.1:1",
    "--request-rate",
    "1e-9",
  );
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: 30 requests at 1e-9 a second take more than a day to begin/m);
});

test("a report that can't be saved is printed all the same", async () => {
  const { code, stdout, stderr } = await traffic(await start(), "--requests", "3", "--out", "/dev/full");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^3 completed, none failed/m);
  expect(stderr).toMatch(/^error: \/dev\/full can't be written: its disk is full/m);
});
