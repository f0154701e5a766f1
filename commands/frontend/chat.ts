/** A chat completion: what is asked, and what comes back. */
import { z } from "zod";
import { RequestFailure } from "./failure";

export interface ChatRequest {
  readonly model: string;
  readonly prompt: string;
  readonly outputTokens: number;
  /** Whether the model must go on until it has all output tokens; it may end before by default. */
  readonly exactly?: boolean;
  readonly signal?: AbortSignal;
}

/** A whole answer: a failure is a RequestFailure instead. */
export interface Answer {
  /** The answer's text; of a long one to a stream, its start. */
  readonly text: string;
  /** As the frontend counts them (`usage`). A stream without that has one token in each chunk. */
  readonly outputTokens: number;
  readonly promptTokens: number | undefined;
  /** Tokens of the prompt that were found in a KV cache; undefined where the runtime does not say. */
  readonly cachedTokens: number | undefined;
  /** From the request to the last of the answer's text, in ms. */
  readonly latency: number;
}

export interface StreamedAnswer extends Answer {
  /** From the request to the first text, in ms. */
  readonly timeToFirstToken: number;
}

/** The request's body, without what makes it a stream. */
export function bodyOf({ model, prompt, outputTokens, exactly }: ChatRequest): object {
  const messages = [{ role: "user", content: prompt }];
  // Extensions that Dynamo's frontends take beside OpenAI's fields (tried with 0.8.1 and 1.6.1).
  const length = exactly ? { min_tokens: outputTokens, ignore_eos: true } : {};
  return { model, messages, max_tokens: outputTokens, ...length };
}

const tokens = z.int().nonnegative();

export const usage = z.object({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  prompt_tokens_details: z.object({ cached_tokens: tokens.nullish() }).nullish(),
});

type Usage = z.output<typeof usage>;

/** The part of an answer that is read, as frontends write it. */
export const completion = z.object({
  choices: z.array(
    z.object({
      message: z.object({ content: z.string().nullish(), reasoning_content: z.string().nullish() }),
    }),
  ),
  usage: usage.nullish(),
});

/** An answer's counts. */
export function tokensOf(usage: Usage | null | undefined, otherwise: number) {
  return {
    outputTokens: usage?.completion_tokens ?? otherwise,
    promptTokens: usage?.prompt_tokens,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? undefined,
  };
}

export const emptyAnswer = () => new RequestFailure("empty answer", "the answer has no text");
