/** A client of a graph's frontend, by OpenAI's API. */
import { z } from "zod";
import { parseForeignJson, printable } from "../../config/printable";
import {
  type Answer,
  bodyOf,
  type ChatRequest,
  completion,
  emptyAnswer,
  type StreamedAnswer,
  tokensOf,
} from "./chat";
import { agentFor, exchange } from "./exchange";
import { RequestFailure } from "./failure";
import { stream } from "./stream";

interface ClientOptions {
  /** Longest wait for an answer, or for the next token of a stream, in ms. */
  readonly timeout: number;
  /** Longest time for a whole request, in ms; by default as long as `timeout`. */
  readonly totalTimeout?: number;
  /** Requests at the same time that the client has connections for; without a limit by default. */
  readonly connections?: number;
  /** Whether a connection serves one request after the other, as by default, or each request has its own. */
  readonly keepAlive?: boolean;
}

export interface FrontendClient {
  /** Models that it lists. None where no worker is registered. */
  models(): Promise<string[]>;
  chat(request: ChatRequest): Promise<Answer>;
  /** Tokens of a prompt, whatever the answer's text is; undefined where the frontend does not count. */
  countPrompt(request: ChatRequest): Promise<number | undefined>;
  stream(request: ChatRequest): Promise<StreamedAnswer>;
  /** Closes its connections. */
  close(): void;
}

/** Characters of an answer that is no stream. */
const maxAnswer = 4 * 2 ** 20;

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Each of its functions throws a RequestFailure where there is no whole answer in time.
 * @param address of the frontend: `http://host:port`, with or without `/v1`
 */
export function frontendClient(
  address: string,
  { timeout, totalTimeout = timeout, connections, keepAlive = true }: ClientOptions,
): FrontendClient {
  const base = address.replace(/(\/v1)?\/*$/, "");
  const urls = { models: new URL(`${base}/v1/models`), chat: new URL(`${base}/v1/chat/completions`) };
  const options = {
    agent: agentFor(urls.chat, { keepAlive, maxSockets: connections }),
    timeout,
    totalTimeout,
  };

  async function read<T>(url: URL, schema: z.ZodType<T>, body?: object, signal?: AbortSignal): Promise<T> {
    let text = "";
    await exchange(url, {
      ...options,
      maxLength: maxAnswer,
      body,
      signal,
      onText(piece) {
        text += piece;
        return true;
      },
    });
    return parse(text, schema);
  }

  return {
    async models() {
      try {
        const { data } = await read(urls.models, modelList);
        return data.map(({ id }) => id);
      } catch (error) {
        throw isOther(error) ? otherServer(urls.models, error) : error;
      }
    },
    async chat(request) {
      const sent = performance.now();
      const { choices, usage } = await read(urls.chat, completion, bodyOf(request), request.signal);
      const { content, reasoning_content } = choices[0]?.message ?? {};
      const text = content || reasoning_content;
      if (!text) throw emptyAnswer();
      return { text, latency: performance.now() - sent, ...tokensOf(usage, 0) };
    },
    async countPrompt(request) {
      return (await read(urls.chat, completion, bodyOf(request), request.signal)).usage?.prompt_tokens;
    },
    stream: (request) => stream(urls.chat, request, options),
    close: () => options.agent.destroy(),
  };
}

/** Models that a frontend lists, asked once. */
export async function listModels(address: string, timeout: number): Promise<string[]> {
  const client = frontendClient(address, { timeout, keepAlive: false });
  try {
    return await client.models();
  } finally {
    client.close();
  }
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parseForeignJson(text));
  } catch (error) {
    const start = printable(text, 80);
    throw new RequestFailure("no OpenAI API", `the answer is not one of OpenAI's API: ${start}`, {
      cause: error,
    });
  }
}

/** Whether it is some other server that failed to list its models. */
function isOther(error: unknown): error is RequestFailure {
  return error instanceof RequestFailure && /^(HTTP 40[45]|model missing|no OpenAI API)$/.test(error.kind);
}

function otherServer({ host }: URL, failure: RequestFailure): RequestFailure {
  return new RequestFailure(
    "no OpenAI API",
    `${host} answers, but has no /v1/models as a frontend has (${failure.message}): is it the frontend's port? That is 8000 in the cluster`,
    { cause: failure },
  );
}
