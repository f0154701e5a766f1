/** Requests to an API server by path: of its answers a snapshot keeps a part, and a typed client would copy all of each. */
import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { at, list, text as textOf } from "../../gpus/manifest";
import { answerOf } from "./answer";
import { answerTimeout, maxAnswer } from "./limits";

export interface ApiServer {
  get(path: string, accept?: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  /** All objects of a list, page by page. */
  list(path: string): Promise<unknown[]>;
  /** Ends its connections. */
  close(): void;
}

/** An answer that is none. */
export class ApiFailure extends Error {
  constructor(
    /** HTTP status. */
    readonly code: number,
    readonly body: string,
  ) {
    super(messageIn(body) ?? `it answers ${code}`);
  }
}

/** Whether an API server has answered with a status. */
export const fails = (error: unknown, code: number) => error instanceof ApiFailure && error.code === code;

/** Requests at the same time. */
const connections = 16;
/** Objects of a page, and most pages of a list. */
const [pageSize, maxPages] = [500, 60];

export async function apiServer(config: KubeConfig): Promise<ApiServer> {
  const server = config.getCurrentCluster()?.server ?? "";
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options); // once: it may run a program that signs in
  const { agent } = options;
  if (typeof agent === "object") Object.assign(agent, { keepAlive: true, maxSockets: connections });
  const credentials = options.auth && `Basic ${Buffer.from(options.auth).toString("base64")}`;

  async function ask(method: string, path: string, accept: string, body?: unknown): Promise<unknown> {
    const { status, text } = await answerOf(`${server.replace(/\/$/, "")}${path}`, {
      method,
      headers: {
        ...(options.headers as OutgoingHttpHeaders),
        ...(credentials && { authorization: credentials }),
        accept,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(typeof agent === "object" && { agent }),
      signal: AbortSignal.timeout(answerTimeout),
      maxLength: maxAnswer,
    });
    if (status < 200 || status > 299) throw new ApiFailure(status, text);
    return JSON.parse(text);
  }

  const get: ApiServer["get"] = (path, accept = "application/json") => ask("GET", path, accept);
  return {
    get,
    post: (path, body) => ask("POST", path, "application/json", body),
    async list(path) {
      const objects: unknown[] = [];
      let next = "";
      for (let page = 0; page < maxPages; page++) {
        const query = `limit=${pageSize}${next && `&continue=${encodeURIComponent(next)}`}`;
        const answer = await get(`${path}${path.includes("?") ? "&" : "?"}${query}`);
        objects.push(...list(at(answer, "items")));
        next = textOf(at(answer, "metadata", "continue"));
        if (next === "") return objects;
      }
      throw new Error(`there are more than ${pageSize * maxPages}`);
    },
    close: () => void (typeof agent === "object" && agent.destroy()),
  };
}

/** Message of a Status, which is all that API servers answer mistakes with. */
function messageIn(body: string): string | undefined {
  try {
    return textOf(at(JSON.parse(body), "message")) || undefined;
  } catch {
    return undefined;
  }
}

/** Why a request failed, in a few words. */
export function reasonOf(error: unknown): string {
  const { name = "", message = "" } = error as Partial<Error>;
  if (/^(Abort|Timeout)Error$/.test(name)) return `no answer within ${answerTimeout / 1000} s`;
  return error instanceof ApiFailure && error.code === 403
    ? `not allowed: ${message}`
    : message || String(error);
}
