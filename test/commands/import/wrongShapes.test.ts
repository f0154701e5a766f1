/** Graphs that nobody could run are imported, or refused in words. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { newStack } from "../../../commands/adopt/newStack";
import { UserError } from "../../../commands/cli/userError";
import { importGraphs } from "../../../commands/import/importGraphs";
import { objectsOf } from "../../../commands/import/objects";
import { stackFile } from "../../../commands/import/stackFile";
import { ConfigError } from "../../../config/parse";
import { pathsIn, replaced } from "../../places";
import { pickBy, random, seed } from "../../random";
import { aggregated, alpha, beta } from "./graphs";

const copies = mkdtempSync(join(tmpdir(), "shapes-"));
afterAll(() => rmSync(copies, { recursive: true }));

const shapes = [
  ...[null, [], {}, "", "a", 0, -1, 0.5, 1e9, true, [null], [{}], [["a"]], { a: null }],
  ...[
    "\u0000",
    "\ufeff",
    "\u0085",
    "$(X)",
    "--tp=2",
    "1e3",
    "exec 'x",
    "__proto__",
    "constructor",
    "valueOf",
  ],
];

const importing = (graph: unknown) => {
  const copy = join(copies, "graph.yaml");
  writeFileSync(copy, stringify(graph));
  const { graphs, beside } = objectsOf([copy]);
  return stackFile("dynamo", importGraphs(graphs, beside));
};
const adopting = (manifest: object) => {
  const metadata = { name: "chat", namespace: "serving" };
  const graph = { ...metadata, manifest: { ...manifest, metadata } };
  return newStack("dynamo", [{ ...graph, configMaps: [], pods: [], hasRelease: undefined }], [], "prod");
};

test.each([
  ["v1alpha1", alpha],
  ["v1beta1", beta],
  ["v1beta1, workers of one kind", aggregated()],
])("a graph of %s with anything in the place of a value", (_, text) => {
  const pick = pickBy(random(seed));
  const graph = parse(text) as object;
  const places = pathsIn(graph).filter(([root]) => root === "spec");
  const results = Array.from({ length: 25 }, () => {
    const wrong = replaced(graph, pick(places), pick(shapes)) as object;
    return [importing, adopting].map((take) => {
      try {
        take(wrong as never);
        return "taken";
      } catch (error) {
        if (error instanceof UserError || error instanceof ConfigError) return "refused";
        throw error;
      }
    });
  });
  expect(new Set(results.flat())).toEqual(new Set(["taken", "refused"]));
});

test.each(["\\u0000", "\\ufeff", "\\u0085", "\\u2028"])(
  "a variable with %s is written as an escape, which Pulumi reads",
  (written) => {
    const text = importing(parse(aggregated({ env: `{ name: ODD, value: "a${written}" }` })));
    expect(text).toMatch(/- name: "?ODD/);
    expect(text).not.toContain(JSON.parse(`"${written}"`));
  },
);
