/** Scalars of YAML as go-yaml v3 reads them: numbers of YAML 1.1 and 1.2, and texts for yes and on. */
import { Scalar } from "yaml";

/** A key as Go prints its value. */
export function keyText(node: Scalar): string {
  const value = scalar(node);
  if (typeof value !== "number" && value !== null) return String(value);
  if (value !== null && String(value) === node.source) return node.source;
  throw new Error("Pulumi reads a key that is no text: write it in quotes");
}

/** A scalar's value by its tag, or by what it looks like where it has neither tag nor quotes. */
export function scalar({ source: text = "", type, tag = "!" }: Scalar): unknown {
  const kind = tag.replace("tag:yaml.org,2002:", "");
  if (kind === "!")
    return type === Scalar.PLAIN || (text === "" && type === undefined) ? implicit(text) : text;
  if (kind === "binary") return binary(text);
  const isKind = kinds[kind];
  if (isKind === undefined) return text;
  const value = implicit(text);
  if (isKind(value)) return value;
  throw new Error(`${JSON.stringify(text)} is no !!${kind}: write another value, or remove the tag`);
}

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: (value) => typeof value === "bigint",
  float: (value) => typeof value === "number" || typeof value === "bigint",
  bool: (value) => typeof value === "boolean",
  null: (value) => value === null,
  timestamp: (value) => typeof value === "string" && value.endsWith(" UTC"),
};

/** Bytes that are no UTF-8 become U+FFFD, as in Pulumi's JSON. */
function binary(text: string): string {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") === text.replace(/\n/g, "")) return bytes.toString();
  throw new Error("!!binary is not in base64: mend it, or remove the tag");
}

const words = new Map<string, boolean | null>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/** The value of a text without quotes, as `resolve` of go-yaml v3 finds it. */
function implicit(text: string): unknown {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (/^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(text))
    throw new Error(`Pulumi can't hand ${text} to a program: write a number, or a text in quotes`);
  if (!/^[-+.\d]/.test(text)) return text;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  return timestamp(text) ?? integer(plain) ?? float(plain) ?? text;
}

/** A leading zero is octal. */
function integer(text: string): bigint | undefined {
  const [, sign, digits = ""] = /^([-+]?)(0b[01]+|0o[0-7]+|0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const value = BigInt(digits.replace(/^0(?=\d)/, "0o")) * (sign === "-" ? -1n : 1n);
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : undefined;
}

function float(text: string): number | undefined {
  const value = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A date as Go prints it, in UTC. */
function timestamp(text: string): string | undefined {
  const [, date = "", separator, time = "0:0:0", fraction = "", zone] =
    /^(\d{4}-\d\d?-\d\d?)(?:([Tt ])(\d\d?:\d\d?:\d\d?)(\.\d+)?(Z|[-+]\d\d:\d\d)?)?$/.exec(text) ?? [];
  if (date === "" || (separator !== undefined && (separator === " ") !== (zone === undefined)))
    return undefined;
  const numbers = [...date.split("-"), ...time.split(":")].map((part) => part.padStart(2, "0"));
  const [year, month, day, hour, minute, second] = numbers;
  const found = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const [valid] = [new Date(`${found}Z`)].filter((at) => !Number.isNaN(at.getTime()));
  if (valid?.toISOString().slice(0, 19) !== found) return undefined;
  if (zone !== undefined && zone !== "Z")
    throw new Error(`Pulumi reads ${text} by the machine's time zone: write it in quotes`);
  return `${found.replace("T", " ")}${fraction.slice(0, 10).replace(/\.?0*$/, "")} +0000 UTC`;
}
