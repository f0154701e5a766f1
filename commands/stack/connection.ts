/** The connection to a stack's API server: the kubeconfig that kubectl would take, an end to every wait and answer, and words for failures. */
import type { KubeConfig } from "@kubernetes/client-node";
import { readKubeconfig } from "../../components/hooks/kubeconfig";
import { printable, some } from "../../config/printable";
import { TooLong } from "../../preflight/read/answer";
import {
  type AnswerOptions,
  answerTimeout,
  limitRequests,
  UnexpectedAnswer,
} from "../../preflight/read/limits";
import { UserError } from "../cli/userError";

export interface Connection {
  readonly client: typeof import("@kubernetes/client-node");
  /** Requests by it end within {@link answerTimeout}. Their answers can be shown, unless they are verbatim. */
  readonly config: KubeConfig;
  /** URL of the API server. */
  readonly server: string;
  /** Waits for the API server's answer. In the place of its failure there is a UserError that begins with `what`. */
  ask<T>(what: string, request: Promise<T>): Promise<T>;
}

/**
 * @param context of the kubeconfig. Default: the current one.
 * @throws UserError where there is no such kubeconfig or context
 */
export async function connectToCluster(
  context: string | undefined,
  options: AnswerOptions = {},
): Promise<Connection> {
  // Loaded when needed, since it takes a second: with --url it is not.
  const client = await import("@kubernetes/client-node");
  const config = readDefault(client);
  if (context !== undefined) useContext(config, context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new UserError("the kubeconfig names no cluster: set KUBECONFIG");
  limitRequests(client, config, options);
  return {
    client,
    config,
    server,
    ask: (what, request) =>
      request.catch((error) => {
        if (error instanceof UserError) throw error;
        throw new UserError(`${what}: ${explain(error, server)}`, { cause: error });
      }),
  };
}

function readDefault(client: Connection["client"]): KubeConfig {
  try {
    return readKubeconfig(client, undefined);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

function useContext(config: KubeConfig, context: string): void {
  if (!config.getContextObject(context)) {
    const names = config.getContexts().map(({ name }) => name);
    throw new UserError(
      `the kubeconfig has no context ${context}, as dynamo:cluster.context says: it has ${some(names) || "none"}`,
    );
  }
  config.setCurrentContext(context);
}

/** Message of a failure's cause: an ApiException, an error of node-fetch, or an event of a WebSocket. */
function explain(error: unknown, server: string): string {
  const { code, body, message = "" } = error as { code?: number | string; body?: unknown; message?: string };
  if (isLate(error)) return `the API server ${server} does not answer within ${answerTimeout / 1000} s`;
  if (error instanceof TooLong || error instanceof UnexpectedAnswer)
    return `${message} (API server ${server})`;
  // The client looks into what it takes for an object of its kind.
  if (error instanceof TypeError) return `the API server ${server} answers with another kind of object`;
  const status = typeof code === "number" ? code : /^Unexpected server response: (\d+)/.exec(message)?.[1];
  if (Number(status) === 401)
    return `the API server ${server} does not accept the kubeconfig's credentials (401)`;
  if (status !== undefined) return statusMessage(body) ?? `the API server ${server} answers ${status}`;
  return `the API server ${server} does not answer: ${message.replace(/^.*reason: /, "") || code}`;
}

/** Whether a request was ended because it took too long. */
export function isLate(error: unknown): boolean {
  const { name, message = "" } = error as { name?: string; message?: string };
  return /^(Abort|Timeout)Error$/.test(name ?? "") || message === "Opening handshake has timed out";
}

/** Message of a Status, which is all that API servers answer mistakes with. */
export function statusMessage(body: unknown): string | undefined {
  try {
    const status = typeof body === "string" ? JSON.parse(body) : body;
    return typeof status?.message === "string" ? printable(status.message) : undefined;
  } catch {
    return undefined;
  }
}
