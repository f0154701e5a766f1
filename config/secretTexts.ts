/** Texts that are secrets, by their form or by the names that they are given. The one place for it: whatever is found, no message repeats it. */

/** Names of what holds a secret: HF_TOKEN does, MAX_TOKENS, HF_TOKEN_PATH and a tokenizer's eos_token don't. */
const secretName =
  /(^|[_.-])(?<!(?:bos|eos|pad|unk|sep|cls|mask|image|video|audio|start|end|stop|special)[_-])(token|(pg)?pass|passwd|(pg)?password|passphrase|secret|(secret|api|access|private)[_-]?key|nkey|credentials?)$/i;

/** Values that are secrets: tokens of Hugging Face, NVIDIA, GitHub, OpenAI, AWS and API servers, seeds of NATS, private keys, passwords in addresses. */
const secretValue =
  /\bhf_[A-Za-z0-9]{20,}|\bnvapi-[\w-]{20,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bsk-[\w-]{20,}|\b(AKIA|ASIA)[A-Z0-9]{16}\b|\beyJ[\w-]{10,300}\.eyJ[\w-]{10,}\.[\w-]{10,}|\bS[ACNOUX][A-Z2-7]{56}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^\s/:@]*:[^\s/@$]+@/;

/** Values that are no secrets, whatever their names: nothing, a switch, a file, or text with a reference to a variable. */
const harmless = /^(true|false|[01]|(\/[\w.-]+){2,})?$|\$\([\w.-]+\)/i;

/** Flags that hand over a secret. One that names a file, a variable or a kind of token, as etcd's do, does not. */
const secretFlag =
  /(?:^|\s)--?(?!-?no-)(?:(?:(?:hf|auth|access|api|bearer)[-_])?token|secret|[\w-]*(?:password|passwd|(?:api|secret)[-_]key))(?:\s+|=)["']?(?![-$/]|jwt\b|simple\b)[^\s"']/i;

/** Keys of JSON in an argument, and their texts. */
const inJson = /\\?["']([\w.-]+)\\?["']\s*:\s*\\?["'](?![$<])([^"'\\]+)/g;

/** Variables that a shell sets, but for those that it takes from others. */
const assignments = /(?:^|\s)(\w+)=["']?((?!\$)[^\s"';&|]+)/g;

/** Whether a text is a secret by its form, whatever it is called. */
export const isSecretText = (text: string): boolean => secretValue.test(text);

/** Whether the value of a variable, or of an entry, is a secret. */
export function isSecret(name: string, value: string): boolean {
  return isSecretText(value) || (secretName.test(name) && !harmless.test(value));
}

/** A text within a value, and where it is. */
interface FoundSecret {
  readonly path: readonly PropertyKey[];
  readonly secret: string;
}

/** The texts within a value that are secrets, each by its key, or by the name that a variable has beside its value. */
export function secretsIn(
  value: unknown,
  path: readonly PropertyKey[] = [],
  name = String(path.at(-1) ?? ""),
): FoundSecret[] {
  if (typeof value === "string") return isSecret(name, value) ? [{ path, secret: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, i) => secretsIn(item, [...path, i]));
  if (typeof value !== "object" || value === null) return [];
  const { name: variable } = value as { readonly name?: unknown };
  return Object.entries(value).flatMap(([key, inner]) =>
    secretsIn(inner, [...path, key], key === "value" && typeof variable === "string" ? variable : key),
  );
}

/** Whether a command line hands over a secret. */
export function hasSecret(command: string): boolean {
  const assigned = [assignments, inJson].flatMap((pairs) => [...command.matchAll(pairs)]);
  return (
    isSecretText(command) ||
    secretFlag.test(command) ||
    assigned.some(([, variable = "", value = ""]) => isSecret(variable, value))
  );
}

const everySecret = new RegExp(secretValue, "g");

/** A text without what is a secret by its form. */
export const masked = (text: string): string => text.replaceAll(everySecret, "[secret]");
