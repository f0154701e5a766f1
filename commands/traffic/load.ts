/** Requests to a frontend, some at the same time, and what came of each. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StreamedAnswer } from "../frontend/chat";
import type { FrontendClient } from "../frontend/client";
import { RequestFailure } from "../frontend/failure";

interface LoadOptions {
  readonly requests: number;
  /** Maximum of requests at the same time. */
  readonly concurrency: number;
  /** Begun a second, evenly; by default one begins as another ends. */
  readonly requestRate?: number;
  readonly model: string;
  /** Output tokens of each answer. */
  readonly outputTokens: number;
  readonly prompt: () => string;
  /** Ends the load; what is under way then is not counted. */
  readonly signal: AbortSignal;
}

/** A request that has ended. Times are in ms of `performance.now()`. */
export type Sample = { readonly sent: number } & (
  | { readonly answer: StreamedAnswer }
  | { readonly failure: RequestFailure; readonly ended: number }
);

/**
 * Sends all requests, streamed.
 * @param onSample hears of each as it ends
 */
export async function generateLoad(
  client: FrontendClient,
  { requests, concurrency, requestRate, model, outputTokens, prompt, signal }: LoadOptions,
  onSample: (sample: Sample) => void,
): Promise<void> {
  const start = performance.now();
  let next = 0;

  async function send(): Promise<void> {
    const request = { model, prompt: prompt(), outputTokens, exactly: true, signal };
    const sent = performance.now();
    try {
      onSample({ sent, answer: await client.stream(request) });
    } catch (failure) {
      if (!(failure instanceof RequestFailure)) throw failure;
      onSample({ sent, failure, ended: performance.now() });
    }
  }

  async function sendInTurn(): Promise<void> {
    while (next < requests) {
      const index = next++;
      if (requestRate !== undefined) {
        const early = start + (index / requestRate) * 1000 - performance.now();
        if (early > 0) await sleep(early, undefined, { signal });
      }
      await send();
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, sendInTurn));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
