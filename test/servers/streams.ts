/** Clients of a frontend that ask for one stream after the other. */
import { Agent, request } from "node:http";
import consumers from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import type { LocalRuntime } from "../runtime/runtime";

export interface Streams {
  /** Answers that came whole. */
  readonly answers: number;
  /** What came in the place of an answer. */
  readonly failures: readonly string[];
  /** Most failures that one client has had. */
  readonly mostOfOne: number;
  /** Clients that found nothing to connect to, and ended. */
  readonly refused: number;
  /** Waits until each client has had that many more answers. */
  answered(count: number): Promise<void>;
  /** Has each client end with what it has asked for. */
  stop(): Promise<void>;
}

export interface StreamsOptions {
  readonly clients: number;
  /** Whether each keeps its connection; else each question has one of its own. @default true */
  readonly keepAlive?: boolean;
  /** Length of the first client's answers; those of others are longer by as much again, so that some are always under way. */
  readonly tokens: number;
}

/** Between two questions of a client, in ms: a moment in which it can hear that its connection is closed. */
const pause = 50;

/**
 * Whether a question came in the millisecond in which a frontend that ends still has its connection, and refuses it or loses it.
 * One of 0.8 may have forgotten its workers by then, whom it chooses from another list (ai-dynamo/dynamo, push_router.rs).
 */
export const isOfOneMoment = (failure: string) =>
  /^503 .*Service (is not ready|temporarily unavailable)|^500 .*Instance \d+ not found in available instances|socket hang up|ECONNRESET|EPIPE/.test(
    failure,
  );

export function startStreams(
  { url, model }: Pick<LocalRuntime, "url" | "model">,
  { clients, tokens, keepAlive = true }: StreamsOptions,
): Streams {
  const answers = new Array<number>(clients).fill(0);
  const failures = answers.map((): string[] => []);
  let refused = 0;
  let isStopped = false;

  async function client(_: unknown, index: number): Promise<void> {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    for (; !isStopped; await setTimeout(pause)) {
      const answer = await stream(agent, tokens * ((index % 4) + 1));
      if (answer === undefined) {
        refused++;
        break;
      }
      if (answer.endsWith("data: [DONE]\n\n") && !answer.includes('"error"'))
        answers[index] = (answers[index] ?? 0) + 1;
      else failures[index]?.push(answer);
    }
    agent.destroy();
  }

  /** The text of an answer, or of what came in its place; undefined where nothing listens. */
  function stream(agent: Agent, length: number): Promise<string | undefined> {
    const messages = [{ role: "user", content: "hello" }];
    return new Promise((resolve) => {
      const asked = request(`${url}/v1/chat/completions`, {
        method: "POST",
        agent,
        headers: { "content-type": "application/json" },
      });
      asked.on("error", ({ code = "", message }: NodeJS.ErrnoException) =>
        resolve(code === "ECONNREFUSED" ? undefined : message),
      );
      asked.on("response", async (response) => {
        const text = await consumers.text(response).catch((error: Error) => `cut: ${error.message}`);
        resolve(response.statusCode === 200 ? text : `${response.statusCode} ${text}`);
      });
      asked.end(JSON.stringify({ model, messages, max_tokens: length, ignore_eos: true, stream: true }));
    });
  }

  const ended = Promise.all(answers.map(client));
  return {
    get answers() {
      return answers.reduce((sum, count) => sum + count, 0);
    },
    get failures() {
      return failures.flat();
    },
    get mostOfOne() {
      return Math.max(...failures.map(({ length }) => length));
    },
    get refused() {
      return refused;
    },
    async answered(count) {
      const enough = answers.map((now) => now + count);
      for (const deadline = Date.now() + 60_000; ; await setTimeout(20)) {
        if (answers.every((now, i) => now >= (enough[i] ?? 0))) return;
        if (Date.now() > deadline) throw new Error(`no answers for a minute: ${failures.flat().at(-1)}`);
      }
    },
    async stop() {
      isStopped = true;
      await ended;
    },
  };
}
