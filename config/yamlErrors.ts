/** Words for a text that is no YAML: on which line, and what to write. */
import { isCollection, isScalar, parseAllDocuments, visit, type YAMLParseError } from "yaml";

/** A line on the first error of a text. */
export function explainError(text: string, { code, pos, message }: YAMLParseError): string {
  const line = lineAt(text, pos[0]);
  const found = text
    .slice(...pos)
    .trim()
    .split("\n", 1)[0];
  switch (code) {
    case "MISSING_CHAR":
    case "BAD_INDENT": {
      const open = lastOpen(text, pos[0]);
      if (open !== undefined && /closing|end with/.test(message)) {
        const mark = text[open] ?? "";
        return `the ${mark} on line ${lineAt(text, open)} is not closed: write ${closing[mark] ?? mark} where it ends`;
      }
      return `line ${line} is not indented like those that it belongs to: begin them in one column`;
    }
    case "BLOCK_AS_IMPLICIT_KEY":
      return `line ${line} has two keys: write the value of the first in quotes, or the second on a line of its own`;
    case "MULTILINE_IMPLICIT_KEY":
      return `line ${line} has no colon with a space behind its key: write one`;
    case "BAD_SCALAR_START":
      return `line ${line} has a text that begins with ${found?.[0]}: write it in quotes`;
    case "BAD_DQ_ESCAPE":
      return `line ${line} has ${found}, which is no escape: write \\\\ for a backslash`;
    default:
      return `line ${line} has ${found || "something"} where it can't be: remove it, or write the value in quotes`;
  }
}

const closing: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

const lineAt = (text: string, offset: number) => text.slice(0, offset).split("\n").length;

/** Where the last bracket or quote opens before an offset that nothing closes. */
function lastOpen(text: string, before: number): number | undefined {
  let found: number | undefined;
  const [document] = parseAllDocuments(text, {
    schema: "failsafe",
    keepSourceTokens: true,
    logLevel: "error",
  });
  visit(document ?? null, {
    Node(_, node) {
      const start = node.range?.[0] ?? before;
      if (start < before && isOpen(text, node)) found = start;
    },
  });
  return found;
}

function isOpen(text: string, node: unknown): boolean {
  if (isCollection(node) && node.srcToken?.type === "flow-collection") {
    const { start, end } = node.srcToken;
    return !end.some(({ source }) => source === closing[start.source]);
  }
  if (!isScalar(node) || !/^QUOTE/.test(node.type ?? "")) return false;
  const [start = 0, end = 0] = node.range ?? [];
  return end - start < 2 || text[end - 1] !== text[start];
}
