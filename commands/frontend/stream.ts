/** A chat completion that comes token by token, as server-sent events. */
import { createParser } from "eventsource-parser";
import { z } from "zod";
import { printable } from "../../config/printable";
import { bodyOf, type ChatRequest, emptyAnswer, type StreamedAnswer, tokensOf, usage } from "./chat";
import { type ExchangeOptions, exchange } from "./exchange";
import { lengthFailure, RequestFailure } from "./failure";

const maybeText = z.string().nullish();

/** The used part of a chunk. */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: maybeText, reasoning_content: maybeText }).nullish(),
        finish_reason: maybeText,
      }),
    )
    .nullish(),
  usage: usage.nullish(),
  error: z.union([z.string(), z.object({ message: maybeText })]).nullish(),
});

type Chunk = z.output<typeof chunkSchema>;

/** Characters of an answer that are kept. */
const kept = 200;

/** Characters of one event, and of all events for each token: those of 1.6 have 300. */
const [maxEvent, maxOfToken] = [2 ** 20, 2 ** 12];

/** @throws RequestFailure where the stream does not come to its end */
export async function stream(
  url: URL,
  request: ChatRequest,
  options: Pick<ExchangeOptions, "agent" | "timeout" | "totalTimeout">,
): Promise<StreamedAnswer> {
  const sent = performance.now();
  let [first, last, pieces] = [0, 0, 0];
  let text = "";
  let usage: Chunk["usage"];
  let isFinished = false;
  let comment = "";

  function read({ error, choices, ...chunk }: Chunk): void {
    // So 1.6 says that a worker has gone; 0.8 does in a comment.
    if (error) {
      const said = typeof error === "string" ? error : (error.message ?? "no reason");
      throw new RequestFailure("stream cut", `the frontend cut the stream: ${printable(said)}`);
    }
    usage = chunk.usage ?? usage;
    const { delta, finish_reason } = choices?.[0] ?? {};
    if (finish_reason) isFinished = true;
    const piece = delta?.content || delta?.reasoning_content;
    if (!piece) return;
    last = performance.now();
    if (pieces++ === 0) first = last;
    if (text.length < kept) text += piece;
  }

  const parser = createParser({
    maxBufferSize: maxEvent,
    onComment(said) {
      comment = printable(said);
    },
    onError({ type }) {
      if (type === "max-buffer-size-exceeded") throw lengthFailure(maxEvent);
    },
    onEvent({ data }) {
      if (data !== "[DONE]") read(parse(data));
    },
  });
  const body = { ...bodyOf(request), stream: true, stream_options: { include_usage: true } };
  try {
    await exchange(url, {
      ...options,
      maxLength: maxEvent + maxOfToken * request.outputTokens,
      body,
      signal: request.signal,
      onText(piece) {
        const before = pieces;
        parser.feed(piece);
        return pieces > before;
      },
    });
    if (!isFinished) {
      const reason = comment && `: ${comment}`;
      throw new RequestFailure("stream cut", `the stream ended before the answer did${reason}`);
    }
    if (pieces === 0) throw emptyAnswer();
  } catch (error) {
    if (!(error instanceof RequestFailure) || pieces === 0) throw error;
    throw new RequestFailure(error.kind, `${error.message} (after ${pieces} tokens)`, { cause: error });
  }
  return {
    text: printable(text),
    latency: last - sent,
    timeToFirstToken: first - sent,
    ...tokensOf(usage, pieces),
  };
}

function parse(data: string): Chunk {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch (error) {
    throw new RequestFailure("no OpenAI API", `the stream has what is no chunk: ${printable(data, 80)}`, {
      cause: error,
    });
  }
}
