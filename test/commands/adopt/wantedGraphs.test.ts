/** Which graphs are meant, and where a stack's file has them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findGraph } from "../../../commands/adopt/graphOfStack";
import { graphReference, wantedGraphs } from "../../../commands/adopt/wantedGraphs";
import { devStack } from "../../devStack";
import { alpha } from "../import/graphs";

const dir = mkdtempSync(join(tmpdir(), "wanted-"));
afterAll(() => rmSync(dir, { recursive: true }));
const fileOf = (text: string) => {
  const file = join(dir, "graph.yaml");
  writeFileSync(file, text);
  return [file];
};

test("files name graphs, once each, and have what is beside them but Services", () => {
  const beside = ["ConfigMap", "Service"].map(
    (kind) => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: a }`,
  );
  const wanted = wantedGraphs(fileOf([alpha, ...beside].join("\n---\n")), [
    graphReference("serving/chat"),
    graphReference("serving/other"),
  ]);
  expect(wanted.graphs).toEqual([
    { namespace: "serving", name: "chat" },
    { namespace: "serving", name: "other" },
  ]);
  expect(wanted.beside.map(({ kind }) => kind)).toEqual(["ConfigMap"]);
});

test("a graph without a namespace is refused: it could be any", () =>
  expect(() => wantedGraphs(fileOf(alpha.replace(", namespace: serving", "")))).toThrow(
    "graph chat names no namespace: write --graph NAMESPACE/chat",
  ));

test.each(["chat", "a/b/c", "Serving/chat", "/chat"])("%s is no graph's name", (given) =>
  expect(() => graphReference(given)).toThrow("write its namespace and name, as dynamo/chat."),
);

describe("a stack's file", () => {
  const adopted = { deployment: "vllm-agg", inPlaceOf: "chat" };
  const graphs = [
    { name: "chat", model: "m", adopted },
    { name: "more", model: "m", revision: 2 },
  ];
  const runtime = { version: "0.8.1" };
  const find = (name: string, namespace = "dynamo") =>
    findGraph(devStack({ graphs, runtime }).settings, { namespace, name }, "Pulumi.dev.yaml");

  test("has a graph by the name of its object, and else by its own", () => {
    expect(find("vllm-agg")).toEqual({ index: 0, isIt: true, version: "v1alpha1" });
    expect(find("more")).toEqual({ index: 1, isIt: false, version: "v1alpha1" });
  });

  test("is refused where it has none such", () => {
    expect(() => find("gone")).toThrow(/^Pulumi\.dev\.yaml has no graph gone: have `npm run import`/);
    expect(() => find("chat", "other")).toThrow(
      /^graph other\/chat is of another namespace .*dynamo:namespace.name: dynamo/,
    );
  });
});
