/** A chat completion that comes token by token, as server-sent events. */
import { createParser } from "eventsource-parser";
import { bodyOf, type ChatRequest, emptyAnswer, type StreamedAnswer, tokensOf, type Usage } from "./chat";
import { type ExchangeOptions, exchange } from "./exchange";
import { RequestFailure } from "./failure";

/** The used part of a chunk. It is not checked by a schema: there is one for each token. */
interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null; readonly reasoning_content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: Usage | null;
  readonly error?: { readonly message?: string };
}

/** Characters of an answer that are kept. */
const kept = 200;

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
    if (error) throw new RequestFailure("stream cut", `the frontend cut the stream: ${error.message}`);
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
    onComment(said) {
      comment = said;
    },
    onEvent({ data }) {
      if (data !== "[DONE]") read(parse(data));
    },
  });
  const body = { ...bodyOf(request), stream: true, stream_options: { include_usage: true } };
  try {
    await exchange(url, {
      ...options,
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
  return { text, latency: last - sent, timeToFirstToken: first - sent, ...tokensOf(usage, pieces) };
}

function parse(data: string): Chunk {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new RequestFailure("no OpenAI API", `the stream has what is not JSON: ${data.slice(0, 80)}`, {
      cause: error,
    });
  }
}
