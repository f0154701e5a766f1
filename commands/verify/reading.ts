/** Readings of a cluster, piece by piece: where one can't be read, the others still show something. */
import { printable } from "../../config/printable";
import { isLate, statusMessage } from "../stack/connection";

/** The place of what could not be read. */
export class Unread {
  constructor(
    /** In one line. */
    readonly reason: string,
    /** Whether the kubeconfig's user lacks the right: that is no fault of the stack. */
    readonly isForbidden: boolean,
    /** Whether the cluster knows no such kind or object. */
    readonly isMissing = false,
  ) {}
}

export type Read<T> = T | Unread;

/** Waits for an answer to a request, whose wait is bounded. */
export async function read<T>(what: string, request: Promise<T>): Promise<Read<T>> {
  try {
    return await request;
  } catch (error) {
    const { code } = error as { code?: unknown };
    return new Unread(`${what}: ${reasonOf(error)}`, code === 403, code === 404);
  }
}

/** The same where all of it is needed. */
export function mapRead<T, U>(value: Read<T>, map: (value: T) => U): Read<U> {
  return value instanceof Unread ? value : map(value);
}

/** Message of an ApiException, which has the API server's Status as its body, of fetch, or of anything else. */
function reasonOf(error: unknown): string {
  if (isLate(error)) return "no answer in time";
  const { body, message } = error as Error & { readonly body?: unknown };
  return statusMessage(body) ?? printable(message || String(error));
}
