/** CPU of the traffic generator beside bare clients, at 200 streams: whole runs, in turns, in one process. `node build/run.js bench/traffic` runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import Table from "cli-table3";
import { frontendClient } from "../commands/frontend/client";
import { projectDir } from "../config/project";

const streams = 200;
const tokens = 100;
const rounds = 5;

const body = {
  model: "bench",
  messages: [{ role: "user", content: "hello" }],
  max_tokens: tokens,
  stream: true,
};
const json = JSON.stringify(body);
const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(json)) };

type Client = (url: string) => Promise<unknown>;

const agent = new Agent({ keepAlive: true });
let generator: ReturnType<typeof frontendClient> | undefined;

const bare = "node:http, which reads and throws away";
const clients: Record<string, Client> = {
  [bare]: (url) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${url}/v1/chat/completions`, { method: "POST", agent, headers });
      request.on("error", reject).on("response", (response) => response.on("end", resolve).resume());
      request.end(json);
    }),
  "fetch, which reads and throws away": async (url) => {
    const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body: json });
    for await (const _ of response.body ?? []);
  },
  "the generator, which measures each token": (url) => {
    generator ??= frontendClient(url, { timeout: 60_000 });
    return generator.stream({ model: "bench", prompt: "hello", outputTokens: tokens });
  },
};

interface Measure {
  /** CPU time of a token, in µs. */
  readonly token: number;
  /** Share of a CPU. */
  readonly share: number;
  readonly seconds: number;
}

async function measure(client: Client, url: string): Promise<Measure> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: streams }, () => client(url)));
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - start;
  return {
    token: (user + system) / (streams * tokens),
    share: (user + system) / 1000 / ms,
    seconds: ms / 1000,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const server = spawn(process.execPath, ["build/run.js", "bench/streams"], { cwd: projectDir });
  server.stderr.pipe(process.stderr);
  const [address] = await once(server.stdout.setEncoding("utf8"), "data");
  const url = String(address).trim();
  const measures = new Map<string, Measure[]>(Object.keys(clients).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, client] of Object.entries(clients)) {
      const measured = await measure(client, url);
      if (round > 0) measures.get(name)?.push(measured); // the first round warms up
    }
  server.kill();

  const of = (name: string, part: keyof Measure) =>
    median((measures.get(name) ?? []).map((each) => each[part]));
  const table = new Table({
    head: [`${streams} streams of ${tokens} tokens`, "µs CPU a token", "x bare", "share of a CPU", "seconds"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const name of measures.keys())
    table.push([
      name,
      of(name, "token").toFixed(1),
      (of(name, "token") / of(bare, "token")).toFixed(2),
      `${(100 * of(name, "share")).toFixed(0)} %`,
      of(name, "seconds").toFixed(2),
    ]);
  console.log(table.toString());
  agent.destroy();
  generator?.close();
}

void main();
