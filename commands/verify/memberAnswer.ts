/** Answers of NATS' and etcd's members, over HTTP, as JSON. */
import { z } from "zod";
import { parseForeignJson, printable } from "../../config/printable";
import { answerOf, type HttpRequest } from "../../preflight/read/answer";

/** Longest wait for an answer, in ms, and its longest text: etcd's keys of thousands of workers. */
const [timeout, maxLength] = [5_000, 16 * 2 ** 20];

export interface MemberRequest {
  /** Without one it is a GET, with one a POST. */
  readonly body?: object;
  readonly token?: string | undefined;
  readonly tls?: HttpRequest["tls"];
  /** Whether an answer with another status than 200 has its schema too. */
  readonly anyStatus?: boolean;
}

/** @throws Error that says what is wrong with the answer */
export async function memberAnswer<T>(
  url: string,
  schema: z.ZodType<T>,
  { body, token, tls, anyStatus = false }: MemberRequest = {},
): Promise<T> {
  const { status, text } = await answerOf(url, {
    method: body === undefined ? "GET" : "POST",
    headers: token === undefined ? {} : { authorization: token },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeout),
    maxLength,
    ...(tls && { tls }),
  });
  const answer = parsed(text);
  if (status !== 200 && !anyStatus)
    throw new Error(failure.safeParse(answer).data?.message ?? `status ${status}`);
  const { data, error } = schema.safeParse(answer);
  if (error === undefined) return data;
  const [issue] = error.issues;
  // What it answers to a body may repeat the password in it.
  const where = issue?.path.join(".") || (body === undefined ? printable(text, 80) : "all of it");
  throw new Error(`the answer is not as its API says (${where}: ${issue?.message})`);
}

const failure = z.object({ message: z.string() });

/** Undefined where it is no JSON, for the schema to judge. */
function parsed(text: string): unknown {
  try {
    return parseForeignJson(text);
  } catch {
    return undefined;
  }
}
