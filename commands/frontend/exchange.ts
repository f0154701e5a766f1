/** One HTTP request and its answer, on node:http, which takes about half the CPU of fetch for streams (bench/traffic.ts). */
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { startOf } from "../../preflight/read/answer";
import { connectionFailure, lengthFailure, statusFailure, timeoutFailure } from "./failure";

export interface ExchangeOptions {
  readonly agent: http.Agent;
  /** Without one it is a GET, with one a POST. */
  readonly body?: object;
  /** Longest wait for a sign of progress, in ms. */
  readonly timeout: number;
  /** Longest time for all of it, in ms. */
  readonly totalTimeout: number;
  /** Characters of the whole answer. A longer one is none. */
  readonly maxLength: number;
  readonly signal?: AbortSignal;
  /** Hears the answer, piece by piece, and says whether it goes on: a comment of a stream is no progress. */
  onText(text: string): boolean;
}

/** Characters of an answer that says why there is none. */
const maxOfFailure = 2 ** 16;

/** Connections to a server, by its URL's protocol. */
export function agentFor({ protocol }: URL, options: http.AgentOptions): http.Agent {
  return protocol === "https:" ? new https.Agent(options) : new http.Agent(options);
}

/**
 * Sends a request, and ends when its answer has, which must have status 200.
 * @throws RequestFailure; what the signal was aborted with, then
 */
export async function exchange(url: URL, options: ExchangeOptions): Promise<void> {
  for (;;)
    try {
      options.signal?.throwIfAborted();
      return await attempt(url, options);
    } catch (error) {
      // A server that goes closes all connections of the pool. Each attempt takes one out of it, the last opens its own.
      if (!(error instanceof IdleConnectionClosed)) throw error;
    }
}

/** The server closed a connection of the pool as the request was sent on it: nobody has seen the request. */
class IdleConnectionClosed extends Error {}

async function attempt(url: URL, options: ExchangeOptions): Promise<void> {
  const { agent, body, timeout, totalTimeout, maxLength, signal, onText } = options;
  const json = body === undefined ? "" : JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json) };
  const request = (url.protocol === "https:" ? https : http).request(url, {
    method: body === undefined ? "GET" : "POST",
    agent,
    ...(body !== undefined && { headers }),
  });
  request.on("error", () => {}); // one that comes when all is over
  let isAnswered = false;
  let reason: unknown;
  const end = (why: unknown) => {
    reason ??= why;
    request.destroy();
  };
  const giveUp = (ms: number) => end(timeoutFailure(ms, isAnswered));
  const silent = setTimeout(giveUp, timeout, timeout);
  const late = setTimeout(giveUp, totalTimeout, totalTimeout);
  const aborted = () => end(signal?.reason);
  signal?.addEventListener("abort", aborted);
  try {
    const [response] = (await once(request.end(json), "response")) as [http.IncomingMessage];
    const { statusCode = 0, headers } = response.setEncoding("utf8");
    if (statusCode !== 200)
      throw statusFailure(statusCode, await startOf(response, maxOfFailure), headers.location);
    isAnswered = true;
    let length = 0;
    for await (const piece of response) {
      length += piece.length;
      if (length > maxLength) throw lengthFailure(maxLength);
      if (onText(piece)) silent.refresh();
    }
  } catch (error) {
    request.destroy();
    const { code } = error as NodeJS.ErrnoException;
    if (reason !== undefined || code === undefined) throw reason ?? error;
    const isStale = request.reusedSocket && !isAnswered && /^(ECONNRESET|EPIPE)$/.test(code);
    throw isStale ? new IdleConnectionClosed() : connectionFailure(error as Error, url, isAnswered);
  } finally {
    clearTimeout(silent);
    clearTimeout(late);
    signal?.removeEventListener("abort", aborted);
  }
}
