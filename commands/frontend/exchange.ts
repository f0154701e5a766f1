/** One HTTP request and its answer, on node:http, which takes about half the CPU of fetch for streams (bench/traffic.ts). */
import http from "node:http";
import https from "node:https";
import { connectionFailure, RequestFailure, statusFailure } from "./failure";

export interface ExchangeOptions {
  readonly agent: http.Agent;
  /** Without one it is a GET, with one a POST. */
  readonly body?: object;
  /** Longest wait for a sign of progress, in ms. */
  readonly silence: number;
  /** Longest time for all of it, in ms. */
  readonly total: number;
  readonly signal?: AbortSignal;
  /** Hears the answer, piece by piece, and says whether it goes on: a comment of a stream is no progress. */
  onText(text: string): boolean;
}

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

function attempt(url: URL, { agent, body, silence, total, signal, onText }: ExchangeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? "" : JSON.stringify(body);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json) };
    const request = (url.protocol === "https:" ? https : http).request(url, {
      method: body === undefined ? "GET" : "POST",
      agent,
      ...(body !== undefined && { headers }),
    });
    let isAnswered = false;
    const giveUp = (ms: number) => {
      const seconds = ms / 1000;
      fail(
        isAnswered
          ? new RequestFailure(
              "stalled stream",
              `the answer began and stalled: nothing more within ${seconds} s`,
            )
          : new RequestFailure("timeout", `no answer within ${seconds} s`),
      );
    };
    const silent = setTimeout(giveUp, silence, silence);
    const late = setTimeout(giveUp, total, total);
    const aborted = () => fail(signal?.reason);
    signal?.addEventListener("abort", aborted);

    const settle = () => {
      clearTimeout(silent);
      clearTimeout(late);
      signal?.removeEventListener("abort", aborted);
    };
    function fail(reason: unknown) {
      settle();
      reject(reason);
      request.destroy();
    }
    function disconnected(error: NodeJS.ErrnoException) {
      const isStale = request.reusedSocket && !isAnswered && /^(ECONNRESET|EPIPE)$/.test(error.code ?? "");
      fail(isStale ? new IdleConnectionClosed() : connectionFailure(error, url, isAnswered));
    }

    request.on("error", disconnected);
    request.on("response", (response) => {
      const { statusCode = 0 } = response;
      let refusal = "";
      isAnswered = statusCode === 200;
      response.setEncoding("utf8");
      response.on("error", disconnected);
      response.on("data", (text: string) => {
        if (statusCode !== 200) refusal += text;
        else
          try {
            if (onText(text)) silent.refresh();
          } catch (error) {
            fail(error);
          }
      });
      response.on("end", () => {
        if (statusCode !== 200) return fail(statusFailure(statusCode, refusal, response.headers.location));
        settle();
        resolve();
      });
    });
    request.end(json);
  });
}
