/** Failures of connections, by the code that Node's errors have. */
import { connectionFailure } from "../../../commands/frontend/failure";

const kindOf = (code: string | undefined, isStreaming: boolean) =>
  connectionFailure(Object.assign(new Error("no"), { code }), new URL("http://chat:8000"), isStreaming).kind;

test.each<[code: string | undefined, before: string, within?: string]>([
  ["ECONNREFUSED", "connection refused"],
  ...["ECONNRESET", "EPIPE", "ECONNABORTED"].map((code): [string, string, string] => [
    code,
    "connection cut",
    "stream cut",
  ]),
  ...["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "EADDRNOTAVAIL"].map(
    (code): [string, string] => [code, "unreachable"],
  ),
  ["HPE_INVALID_CONSTANT", "no OpenAI API"],
  ["EPROTO", "TLS"],
  ["CERT_HAS_EXPIRED", "TLS"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "TLS"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS"],
  [undefined, "unreachable"],
])("%s", (code, before, within = before) => {
  expect(kindOf(code, false)).toBe(before);
  expect(kindOf(code, true)).toBe(within);
});

test.each([
  ["ENOTFOUND", "chat:8000 can't be reached (ENOTFOUND)"],
  ["EMFILE", "chat:8000: too many files"],
])("%s in words", (code, words) => {
  const error = Object.assign(new Error("too many files"), { code });
  expect(connectionFailure(error, new URL("http://chat:8000"), false).message).toBe(words);
});
