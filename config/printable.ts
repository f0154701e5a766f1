/** Text from elsewhere — files, clusters, servers — made fit for a terminal, a table, a comment or JSON. The one place for it. */
import { stripVTControlCharacters } from "node:util";

/** Characters that are kept of a text. */
const maxLength = 1_000;

/** Lines that are kept of a message. */
const maxLines = 100;

/** Characters that end a line or move on in it. */
const spaces = /[\t-\r\u0085\u2028\u2029]+/g;

/** What shows nothing itself and changes what is around it: controls, marks of direction and of no width, halves of pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** Nearly all texts are of these alone, which is known much faster. */
const plain = /^[ -~]*$/;

/** A text in one line, without control characters and not too long. */
export function printable(text: string, length: number = maxLength): string {
  if (text.length <= length && plain.test(text)) return text;
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return stripVTControlCharacters(cut).replaceAll(spaces, " ").replaceAll(unseen, "");
}

/** A message of several lines, each {@link printable}; of too many the first. */
export function printableLines(text: string): string {
  return firstLines(text.split("\n"), maxLines)
    .map((line) => printable(line))
    .join("\n");
}

/** The first lines, and in place of the others one with their number. */
export function firstLines(lines: readonly string[], count: number): string[] {
  if (lines.length <= count) return [...lines];
  return [...lines.slice(0, count), `… and ${lines.length - count} more`];
}

/** Names that are shown of many. */
export const manyNames = 8;

/** The first of many names, and how many more there are. */
export const some = (names: readonly string[]) =>
  names.length > manyNames
    ? `${names.slice(0, manyNames).join(", ")} and ${names.length - manyNames} more`
    : names.join(", ");

/** A text of several lines whose lines, in full length, show all that is in them: what shows nothing is written as an escape. */
export function visible(text: string): string {
  return text.replaceAll(unseen, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** A value as JSON. What a terminal would obey is an escape in it. */
export function toJson(value: unknown): string {
  return visible(JSON.stringify(value, null, 2));
}

const escaped = (character: string) =>
  [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`)
    .join("");

/**
 * Reads JSON from elsewhere; its keys and texts are {@link printable}.
 * @param length characters that are kept of each text
 * @throws SyntaxError where it is none, RangeError where it is nested too deep
 */
export function parseForeignJson(text: string, length: number = 16 * maxLength): unknown {
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return printable(value, length);
    if (Array.isArray(value)) return value.map(clean);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [printable(key), clean(item)]));
  };
  return clean(JSON.parse(text));
}

/** JSON whose keys and texts can be shown, for those who parse it themselves. Most has nothing that could not. */
export function cleanJson(text: string): string {
  return /\\[^"\\]|[^\t\n\r -~]/.test(text) ? JSON.stringify(parseForeignJson(text, text.length)) : text;
}
