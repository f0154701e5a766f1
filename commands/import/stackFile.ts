/** The text of a stack's file, with a comment for all that is left out. */
import { Document, isMap, isScalar, type Pair, type ParsedNode } from "yaml";
import { parseConfig } from "../../config/parse";
import { printable, visible } from "../../config/printable";
import { parseYaml } from "../../config/yaml";
import { UserError } from "../cli/userError";
import type { Import } from "./importGraphs";
import type { ImportedGraph, LeftOut } from "./result";
import { isSame } from "./same";

/**
 * The text of `Pulumi.<name>.yaml`.
 * @throws UserError where Pulumi's program would refuse it, as one with a secret in it
 */
export function stackFile(project: string, { settings, graphs, beside, notes }: Import): string {
  const config = Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => Object.keys(value as object).length > 0)
      .map(([key, value]) => [`${project}:${key}`, value]),
  );
  const document = new Document({ config });
  document.commentBefore = [
    " yaml-language-server: $schema=./config/stack.schema.json",
    ...notes.map((note) => ` ${note}`),
    ...beside.map((object) => ` ${object} is not of the stack: apply it before`),
  ].join("\n");
  for (const [i, graph] of graphs.entries()) comment(document, [`${project}:graphs`, i], graph);
  const text = document.toString({ lineWidth: 0 });
  // Pulumi's YAML is not quite this library's, and takes some characters as escapes alone.
  const right = isReadAs(config, text)
    ? text
    : visible(
        document.toString({ lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" }),
      );
  check(project, right);
  return right;
}

/** A stack's values, as Pulumi reads them. */
const read = (text: string) => (numbers(parseYaml(Buffer.from(text)).content) as { config: object }).config;

function isReadAs(config: object, text: string): boolean {
  try {
    return isSame(read(text), numbers(config));
  } catch {
    return false;
  }
}

function check(project: string, text: string): void {
  try {
    const values = Object.entries(read(text)).map(([key, value]) => [key, JSON.stringify(value)]);
    parseConfig(project, "imported", Object.fromEntries(values), () => false);
  } catch (error) {
    const { message } = error as Error;
    const [, mistake = message] = message.split("\n");
    throw new UserError(`the graphs can't be a stack: what they have ${mistake.replace(/^✖ /, "")}`);
  }
}

/** Whole numbers are read as bigint. */
const numbers = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part)));

/** Puts comments before a graph and its components. */
function comment(document: Document, path: readonly unknown[], { leftOut }: ImportedGraph): void {
  const node = document.getIn(["config", ...path], true);
  if (!isMap(node)) return;
  const lines = (all: readonly LeftOut[]) => all.map(lineOf).join("\n");
  const hasPlace = ({ place }: LeftOut) => node.items.some((pair) => keyOf(pair) === place);
  const ofGraph = leftOut.filter((one) => !hasPlace(one));
  if (ofGraph.length > 0) node.commentBefore = lines(ofGraph);
  for (const pair of node.items) {
    const own = leftOut.filter(({ place }) => place !== undefined && place === keyOf(pair));
    if (own.length > 0 && isScalar(pair.key)) pair.key.commentBefore = lines(own);
  }
}

const keyOf = ({ key }: Pair | Pair<ParsedNode>) => (isScalar(key) ? key.value : undefined);

const lineOf = ({ component, what, why }: LeftOut) =>
  ` left out${component === undefined ? "" : ` of ${component}`}: ${printable(`${what}: ${why}`, 400)}`;
