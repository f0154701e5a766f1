/** Failures of requests: those without a whole answer. */
import { parseForeignJson, printable } from "../../config/printable";
import { UserError } from "../cli/userError";

/** As reports count them. */
type FailureKind =
  | "connection refused"
  | "connection cut"
  | "unreachable"
  | "TLS"
  | "timeout"
  | "stalled stream"
  | "stream cut"
  | "empty answer"
  | "model missing"
  | "too long"
  | "no OpenAI API"
  | `HTTP ${number}`;

/** A request that failed, in words for whoever runs the stack. */
export class RequestFailure extends UserError {
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(printable(message), options);
  }
}

const unreachable = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EADDRNOTAVAIL",
]);
const cut = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED"]);

/**
 * Failure of a connection, by the error of Node's socket, TLS or HTTP parser.
 * @param isStreaming whether the answer had begun
 */
export function connectionFailure(
  error: NodeJS.ErrnoException,
  { host }: URL,
  isStreaming: boolean,
): RequestFailure {
  const { code = "" } = error;
  const failure = (kind: FailureKind, message: string) => new RequestFailure(kind, message, { cause: error });
  if (code === "ECONNREFUSED")
    return failure("connection refused", `${host} refuses connections: nothing listens there`);
  if (unreachable.has(code)) return failure("unreachable", `${host} can't be reached (${code})`);
  if (cut.has(code))
    return isStreaming
      ? failure("stream cut", "the connection was cut in the middle of the answer")
      : failure("connection cut", `${host} closed the connection without an answer`);
  if (code.startsWith("HPE_"))
    return failure("no OpenAI API", `${host} does not speak HTTP (${code}): is it the frontend's port?`);
  if (code === "EPROTO" || /CERT|SIGNATURE|TLS|SSL/.test(code))
    return failure(
      "TLS",
      `${host}: ${error.message} (${code}); NODE_EXTRA_CA_CERTS names a file of authorities to trust`,
    );
  return failure("unreachable", `${host}: ${error.message || code}`);
}

/** @param isStreaming whether the answer had begun */
export function timeoutFailure(ms: number, isStreaming: boolean): RequestFailure {
  return isStreaming
    ? new RequestFailure("stalled stream", `the answer began and stalled: nothing more within ${ms / 1000} s`)
    : new RequestFailure("timeout", `no answer within ${ms / 1000} s`);
}

/** @param maxLength characters of the answer that were waited for */
export function lengthFailure(maxLength: number): RequestFailure {
  return new RequestFailure(
    "too long",
    `the answer is too long: it has more than ${Math.round(maxLength / 2 ** 10)} KiB`,
  );
}

/** Failure of an answer with another status than 200. Dynamo's frontends say {"message": …} (0.8 to 1.6), OpenAI {"error": …}. */
export function statusFailure(status: number, body: string, location?: string): RequestFailure {
  const said = messageOf(body);
  if (location !== undefined)
    return new RequestFailure(
      `HTTP ${status}`,
      `HTTP ${status}: the frontend is at ${printable(location, 200)}: name that by --url`,
    );
  if (status === 404 && (body === "" || /model/i.test(said)))
    return new RequestFailure(
      "model missing",
      `404: the frontend does not know the model${said && ` (${said})`}`,
    );
  return new RequestFailure(`HTTP ${status}`, `HTTP ${status}: ${said || "no body"}`);
}

/** Characters of a frontend's message that are kept. */
const maxSaid = 300;

function messageOf(body: string): string {
  try {
    const { message, error } = parseForeignJson(body) as { message?: unknown; error?: { message?: unknown } };
    return printable(String(error?.message ?? error ?? message ?? body), maxSaid);
  } catch {
    return printable(body.replace(/\s+/g, " ").trim(), maxSaid);
  }
}
