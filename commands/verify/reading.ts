/** What is read of a cluster, piece by piece: where one can't be read, the others still tell something. */

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

/** Longest wait for an answer, in ms. */
export const patience = 8_000;

/** Waits for an answer, at most for {@link patience}. */
export async function read<T>(what: string, request: Promise<T>): Promise<Read<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([request, late]);
  } catch (error) {
    const { code } = error as { code?: unknown };
    return new Unread(`${what}: ${reasonOf(error)}`, code === 403, code === 404);
  } finally {
    clearTimeout(timer);
  }
}

/** The same where all of it is needed. */
export function mapRead<T, U>(value: Read<T>, map: (value: T) => U): Read<U> {
  return value instanceof Unread ? value : map(value);
}

/** Of an ApiException, which has the API server's Status as its body, of fetch, or of anything else. */
function reasonOf(error: unknown): string {
  const { name, body, message, cause } = error as Failure;
  try {
    const status = typeof body === "string" ? JSON.parse(body) : body;
    if (typeof status?.message === "string") return status.message;
  } catch {}
  if (name === "TimeoutError") return "no answer in time";
  return cause?.message || cause?.code || message || String(error);
}

interface Failure extends Error {
  readonly body?: unknown;
  readonly cause?: NodeJS.ErrnoException;
}
