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
import { explainError } from "./yamlErrors";
import { keyText, scalar } from "./yamlScalars";

export interface Yaml {
  readonly content: unknown;
  /** Keys at its top whose values have an anchor, for aliases elsewhere. */
  readonly anchored: readonly string[];
}

/**
 * Reads the first document of a file, as Pulumi does. Whole numbers are bigints.
 * @throws Error with a line for what Pulumi can't read either, or not in the same way on every machine.
 */
export function parseYaml(bytes: Uint8Array): Yaml {
  const text = decode(bytes);
  refuseCharacters(text);
  const [document] = parseAllDocuments(text, {
    schema: "failsafe", // every scalar is a text at first
    merge: true,
    resolveKnownTags: false,
    uniqueKeys: false, // it compares all with all
    logLevel: "error",
  });
  if (document === undefined) return { content: null, anchored: [] };
  const { version, explicit } = document.directives.yaml;
  if (explicit && version !== "1.1") throw new Error(`Pulumi reads no %YAML ${version}: remove the line`);
  for (const error of document.errors) throw new Error(explainError(text, error));
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
    Pair(_, pair, path) {
      const { key, value } = pair;
      if (isScalar(key) && isTight(text, key))
        throw new Error(
          `${keyOf([...path, pair])}: write a space after the colon, without which Pulumi reads none`,
        );
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
  return {
    content: document.toJS({ maxAliasCount: -1 }), // which are counted above, by what they write out
    anchored: anchoredKeys(document),
  };
}

function anchoredKeys({ contents }: Document.Parsed): string[] {
  const pairs: readonly Pair[] = isMap(contents) ? contents.items : [];
  return pairs.flatMap(({ key, value }) =>
    isScalar(key) && (isScalar(value) || isCollection(value)) && value.anchor ? String(key.value) : [],
  );
}

/** The text of a file. @throws Error where it is in another encoding than UTF-8 */
export function decode(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text; // as UTF-16 is full of
  } catch {}
  throw new Error("it is in another encoding than utf-8: save it in that");
}

/** Aliases of a file, each of which the library looks for among all before it. */
const maxAliases = 10_000;
/** Characters of a file with its aliases written out. */
const maxWrittenOut = 2 ** 20;
/** Words and marks of a file, of which each graph has a hundred. They take their time, and a kilobyte each. */
const maxTokens = 350_000;

/**
 * The nodes that aliases stand for.
 * @throws Error where one is within itself, stands for none, or where there is more of them than a machine can write out
 */
function aliases(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const meant = new Map<Alias, Node>();
  visit(document, {
    Node(_, node, path) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      if (path.some((above) => isCollection(above) && above.anchor === node.source))
        throw new Error(`${keyOf(path)}: *${node.source} is within itself: write another value`);
      const named = anchors.get(node.source);
      if (named === undefined)
        throw new Error(
          `${keyOf(path)}: no anchor &${node.source} is before *${node.source}: write the value`,
        );
      meant.set(node, named);
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

/** Whether a key without quotes has no space behind its colon: go-yaml takes that for a part of the key. */
function isTight(text: string, { type, range }: Scalar): boolean {
  const colon = /\s*:[,[\]{}]/y;
  colon.lastIndex = range?.[1] ?? text.length;
  return type === Scalar.PLAIN && colon.test(text);
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
