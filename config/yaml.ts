/** YAML as Pulumi reads it: by go-yaml v3, which has numbers of YAML 1.1 and 1.2, and texts for yes and on. */
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
  visit,
} from "yaml";

/**
 * Reads the first document of a file, as Pulumi does. Whole numbers are bigints.
 * @throws Error with a line for what Pulumi can't read either, or not in the same way on every machine.
 */
export function parseYaml(bytes: Uint8Array): unknown {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  refuseCharacters(text);
  const [document] = parseAllDocuments(text, {
    schema: "failsafe", // every scalar is a text at first
    merge: true,
    resolveKnownTags: false,
    uniqueKeys: false, // it compares all with all
    logLevel: "error",
  });
  if (document === undefined) return null;
  const { version, explicit } = document.directives.yaml;
  if (explicit && version !== "1.1") throw new Error(`Pulumi reads no %YAML ${version}: remove the line`);
  for (const { message } of document.errors) throw new Error(message.split(":\n")[0]);
  const meant = aliases(document);
  visit(document, {
    Map(_, map, path) {
      const keys = new Set<unknown>();
      for (const pair of map.items) {
        if (!isScalar(pair.key)) continue;
        if (keys.has(pair.key.source))
          throw new Error(`${keyOf([...path, map, pair])} is there twice: remove one`);
        keys.add(pair.key.source);
      }
    },
    Pair(_, { key, value }, path) {
      if (isCollection(key)) throw new Error(`${keyOf(path)}: a key must be a text, found ${key}`);
      if (!isScalar(key) || key.source !== "<<") return;
      key.type = Scalar.PLAIN; // one in quotes merges too
      const source = isAlias(value) ? meant.get(value) : value;
      if (isMap(source) || (isSeq(value) && value.items.length > 0)) return;
      throw new Error(`${keyOf(path)}: << takes an object, its alias, or a list of these`);
    },
    Scalar(role, node, path) {
      if (role === "key" && node.source === "<<") return;
      try {
        const [start = 0, end = 0] = node.range ?? [];
        if (node.type === Scalar.QUOTE_DOUBLE) refuseEscapes(text.slice(start, end));
        node.value = role === "key" ? keyText(node) : scalar(node);
      } catch (error) {
        throw new Error(`${keyOf([...path, node])}: ${(error as Error).message}`);
      }
    },
  });
  return document.toJS({ maxAliasCount: -1 }); // which are counted above, by what they write out
}

/** Aliases of a file, each of which the library looks for among all before it. */
const maxAliases = 10_000;
/** Characters of a file with its aliases written out. */
const maxWrittenOut = 2 ** 20;
/** Words and marks of a file, of which each graph has a hundred. They take their time, and a kilobyte each. */
const maxTokens = 350_000;

/**
 * The nodes that aliases stand for.
 * @throws Error where one is within itself, or where there is more of them than a machine can write out
 */
function aliases(document: Document.Parsed): ReadonlyMap<Alias, Node | undefined> {
  const anchors = new Map<string, Node>();
  const meant = new Map<Alias, Node | undefined>();
  visit(document, {
    Node(_, node, path) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      if (path.some((above) => isCollection(above) && above.anchor === node.source))
        throw new Error(`${keyOf(path)}: *${node.source} is within itself: write another value`);
      meant.set(node, anchors.get(node.source));
    },
  });
  const lengths = new Map<unknown, number>();
  const lengthOf = (node: unknown): number => {
    const length = lengths.get(node) ?? measured(node);
    lengths.set(node, length);
    return length;
  };
  const measured = (node: unknown): number => {
    if (isAlias(node)) return lengthOf(meant.get(node));
    if (isScalar(node)) return (node.source?.length ?? 0) + 1;
    if (isPair(node)) return lengthOf(node.key) + lengthOf(node.value);
    return isCollection(node) ? node.items.reduce((sum: number, item) => sum + lengthOf(item), 1) : 0;
  };
  if (meant.size > maxAliases) throw new Error(`it has more than ${maxAliases} aliases: write their values`);
  if (meant.size > 0 && lengthOf(document.contents) > maxWrittenOut)
    throw new Error("its aliases write out to more than 1 MiB: write fewer of them");
  return meant;
}

/** Characters that go-yaml refuses, or takes for the end of a line, and tabs that indent. */
function refuseCharacters(text: string): void {
  const [odd] =
    /\r(?!\n)|[^\t\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.exec(
      text,
    ) ?? [];
  if (odd !== undefined)
    throw new Error(
      `Pulumi reads no ${JSON.stringify(odd)} (U+${odd.charCodeAt(0).toString(16).padStart(4, "0")}): remove it, or write it as an escape in double quotes`,
    );
  let before = "\n";
  let line = 1;
  let count = 0;
  for (const token of new Lexer().lex(text)) {
    if (++count > maxTokens)
      throw new Error("it has more values than a stack's file has: make several stacks of it");
    if (token.startsWith("\t") && /^(-|\?|\r?\n)$/.test(before))
      throw new Error(`line ${line} is indented by a tab: write spaces`);
    line += token.split("\n").length - 1;
    if (!/^ +$/.test(token)) before = token;
  }
}

/** @param text in double quotes, as it is written */
function refuseEscapes(text: string): void {
  const [refused] = /(?<!\\)(?<=(\\\\)*)\\(\/|u[dD][89a-fA-F]..)/.exec(text) ?? [];
  if (refused !== undefined) throw new Error(`Pulumi reads no ${refused}: write the character itself`);
}

/** Keys and indices that lead to a node: "dynamo:graphs[0].name". */
function keyOf(path: readonly unknown[]): string {
  return path
    .map((node, i) => {
      if (isSeq(node)) return `[${node.items.indexOf(path[i + 1])}]`;
      const { key } = node as Pair;
      return isScalar(key) ? `.${key.source}` : "";
    })
    .join("")
    .replace(/^\.(config\.)?/, "");
}

/** A key as Go prints its value. */
function keyText(node: Scalar): string {
  const value = scalar(node);
  if (typeof value !== "number" && value !== null) return String(value);
  if (value !== null && String(value) === node.source) return node.source;
  throw new Error("Pulumi reads a key that is no text: write it in quotes");
}

/** A scalar's value by its tag, or by what it looks like where it has neither tag nor quotes. */
function scalar({ source: text = "", type, tag = "!" }: Scalar): unknown {
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
