/** A frontend that does what a test needs, at an address of this machine. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Asked {
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens: number;
  readonly stream?: boolean;
}

/** How a frontend answers a chat completion. `index` counts them. */
export type Chat = (response: ServerResponse, asked: Asked, index: number) => unknown;

export interface FakeFrontend {
  readonly url: string;
  /** Chat completions that were asked for. */
  readonly asked: readonly Asked[];
  /** Cuts every connection. */
  disconnect(): void;
  /** Cuts every connection, and listens no more. */
  close(): Promise<void>;
}

export async function fakeFrontend(
  chat: Chat = answers(),
  models: readonly string[] = ["tiny"],
): Promise<FakeFrontend> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === "/v1/models")
      return response.end(JSON.stringify({ object: "list", data: models.map((id) => ({ id })) }));
    if (request.url !== "/v1/chat/completions") return response.writeHead(404).end();
    const body: Asked = JSON.parse(await textOf(request));
    await chat(response, body, asked.push(body) - 1);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    disconnect: () => server.closeAllConnections(),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return text;
}

interface Pace {
  /** ms before the first token, and between two. */
  readonly first?: number;
  readonly between?: number;
}

/** Answers with as many tokens as are asked for, plain or streamed. */
export function answers({ first = 1, between = 1 }: Pace = {}): Chat {
  return async (response, asked) => {
    const count = asked.max_tokens;
    const usage = {
      prompt_tokens: promptTokens(asked),
      completion_tokens: count,
      prompt_tokens_details: { cached_tokens: 2 },
    };
    if (!asked.stream) return response.end(JSON.stringify(plain("word ".repeat(count), usage)));
    await sleep(first);
    for (let i = 0; i < count; i++) {
      token(response);
      await sleep(between);
    }
    finish(response, usage);
  };
}

/** Two tokens a word, and 10 of a chat template. */
export const promptTokens = ({ messages }: Asked) => 10 + 2 * (messages[0]?.content.split(" ").length ?? 0);

const plain = (content: string, usage: object) => ({ choices: [{ message: { content } }], usage });

export function event(response: ServerResponse, data: object | string): void {
  response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
}

export const token = (response: ServerResponse) =>
  event(response, { choices: [{ delta: { content: "word " } }] });

export function finish(response: ServerResponse, usage: object): void {
  event(response, { choices: [{ delta: {}, finish_reason: "length" }] });
  event(response, { choices: [], usage });
  event(response, "[DONE]");
  response.end();
}

/** Streams in some other way, and answers well what is not streamed. */
export function streams(way: (response: ServerResponse, index: number) => unknown): Chat {
  const well = answers();
  return (response, asked, index) => (asked.stream ? way(response, index) : well(response, asked, index));
}

export const refuses =
  (status: number, message: string): Chat =>
  (response) => {
    response.writeHead(status).end(JSON.stringify({ message }));
  };
