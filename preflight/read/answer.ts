/** One request to an HTTP server and its whole answer, with an end to its length and its time. */
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";

export interface HttpRequest {
  /** @default GET */
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** @default one for this request alone */
  readonly agent?: http.Agent;
  /** For an https address whose server asks for a certificate. */
  readonly tls?: Pick<https.RequestOptions, "ca" | "cert" | "key" | "servername">;
  readonly signal: AbortSignal;
  /** Characters of the answer. A longer one is none. */
  readonly maxLength: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** An answer that goes on after all that is read of it. */
export class TooLong extends Error {
  constructor(maxLength: number) {
    super(`the answer has more than ${sizeOf(maxLength)}`);
  }
}

/** Sends a request. It follows no redirection: that could lead anywhere, with the credentials. */
export async function answerOf(url: string, options: HttpRequest): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body, agent = false, tls, signal, maxLength } = options;
  signal.throwIfAborted();
  const send = url.startsWith("https:") ? https.request : http.request;
  const request = send(url, { method, headers: { ...headers, ...lengthOf(body) }, agent, signal, ...tls });
  request.on("error", () => {}); // one that comes when all is over
  try {
    const [response] = (await once(request.end(body), "response")) as [http.IncomingMessage];
    const text = await textOf(response, maxLength);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: without(credentialsIn(headers), text),
    };
  } catch (error) {
    request.destroy();
    throw signal.aborted ? signal.reason : error;
  }
}

/** Characters of a credential that is none of other texts by chance. */
const secretLength = 8;

/** What a request signs in with. */
const credentialsIn = (headers: http.OutgoingHttpHeaders): string[] =>
  Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === "authorization")
    .map(([, value]) => String(value).split(" ").at(-1) ?? "")
    .filter((secret) => secret.length >= secretLength);

/** A text without secrets: servers, and proxies before them, repeat what they do not take. */
const without = (secrets: readonly string[], text: string): string =>
  secrets.reduce((left, secret) => left.replaceAll(secret, "[secret]"), text);

const lengthOf = (body: string | Buffer | undefined) =>
  body === undefined ? {} : { "content-length": Buffer.byteLength(body) };

/** The whole text of a stream. @throws TooLong */
export async function textOf(stream: Readable, maxLength: number): Promise<string> {
  let text = "";
  for await (const piece of stream.setEncoding("utf8")) {
    text += piece;
    if (text.length > maxLength) throw new TooLong(maxLength);
  }
  return text;
}

/** The start of a stream's text. The rest is not waited for. */
export async function startOf(stream: Readable, maxLength: number): Promise<string> {
  let text = "";
  for await (const piece of stream.setEncoding("utf8")) {
    text += piece;
    if (text.length > maxLength) break;
  }
  return text.slice(0, maxLength);
}

const sizeOf = (length: number) =>
  length >= 2 ** 20 ? `${Math.round(length / 2 ** 20)} MiB` : `${Math.round(length / 2 ** 10)} KiB`;
