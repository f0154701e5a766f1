/** `npm run preview -- --lose-node` over the project's stacks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStack } from "../../config/project";
import { clusterFor, needsOf, node } from "../preflight/clusters";
import { run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "lose-"));
const file = join(dir, "cluster.json");
beforeAll(async () => {
  const needs = await needsOf(readStack("dev"));
  writeFileSync(file, JSON.stringify(clusterFor(needs, { nodes: [node("one", 1), node("two", 1)] })));
});
afterAll(() => rmSync(dir, { recursive: true }));

test("the cluster that the config tells loses a node", async () => {
  const { code, stdout } = await run("preview", "--stack", "prod", "--lose-node");
  expect(code).toBe(0);
  expect(stdout).toContain(
    "\nwithout a node with 8 GPUs: 68 GPUs are asked for, and 792 are there; every pod finds another, and nothing stands alone\n",
  );
  expect((await run("preview", "--stack", "prod")).stdout).not.toContain("without a node");
});

test("a kept cluster loses the node of a name", async () => {
  const json = async (...args: string[]) =>
    JSON.parse((await run("preview", "--cluster", file, "--json", "--lose-node", ...args)).stdout).nodeLoss;
  expect(await json("two")).toMatchObject({ node: "two", gpus: 1, needed: 2, left: 1 });
  expect((await json()).losses).toMatchObject([
    { what: "room", component: "VllmWorker", found: "1 pod of 2 may find no other node" },
    { what: "only", component: "Frontend" },
  ]);
});

test("the zones that the config tells lose one", async () => {
  const { code, stdout } = await run("preview", "--stack", "prod", "--lose-zone");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^without zone zone-0 with \d+ GPUs: /m)]);
});

test.each([
  [[], /^error: --lose-zone takes a cluster that is known: /],
  [
    ["zone-0", "--cluster", file],
    /^error: --lose-zone: no node that takes pods has the label topology\.kubernetes\.io\/zone\n$/,
  ],
  [
    ["z", "--stack", "prod"],
    /^error: --lose-zone: no zone z has nodes that take pods: write one of zone-0, zone-1, zone-2\n$/,
  ],
  [
    ["--lose-node"],
    /^error: option '--lose-zone \[name\]' cannot be used with option '--lose-node \[name\]'\n$/,
  ],
])("--lose-zone %j ends in one line", async (args, line) => {
  const { code, stdout, stderr } = await run("preview", "--lose-zone", ...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(line);
});

test.each([
  [
    [],
    /^error: --lose-node takes a cluster that is known: write dynamo:cluster\.nodes and dynamo:cluster\.gpusPerNode, or give --cluster\n$/,
  ],
  [["one"], /^error: --lose-node takes the name of a node of --cluster alone/],
  [["three", "--cluster", file], /^error: --lose-node: no node three takes pods: write one of one, two\n$/],
])("%j ends in one line", async (args, line) => {
  const { code, stdout, stderr } = await run("preview", "--lose-node", ...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(line);
});
