/** An adoption as a whole: either all of it is written, or nothing. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { type Adoption, adoptGraphs } from "../../../commands/adopt/adoptGraphs";
import { projectDir, readStack } from "../../../config/project";
import type { GraphPlan } from "../../../plan/graph/graphPlan";
import { ownerLabel, ownerOf } from "../../../plan/owner";
import { planStack } from "../../../plan/stack";
import { aggregated, alpha, beta } from "../import/graphs";
import { connectedClusters } from "./connected";

const cluster = connectedClusters();
const directory = mkdtempSync(join(tmpdir(), "adopt-"));
const file = join(directory, "Pulumi.prod.yaml");
const owner = ownerOf({ project: "dynamo", stack: "prod" });
copyFileSync(join(projectDir, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));

const { PATH } = process.env;
beforeAll(() => {
  process.env.PATH = dirname(process.execPath); // without a Pulumi CLI
});
afterEach(() => rmSync(file, { force: true }));
afterAll(() => {
  process.env.PATH = PATH;
  rmSync(directory, { recursive: true });
});

const named = (name: string, metadata: object = {}, text = beta) => ({
  ...parse(text),
  metadata: { namespace: "serving", name, ...metadata },
});

/** A cluster with graphs, of which a stack is to have some. */
async function adopting(...graphs: object[]) {
  const { add, find } = await cluster();
  add(...graphs);
  const labelOf = (name: string) => find("DynamoGraphDeployment", name)?.metadata?.labels?.[ownerLabel];
  return {
    labelOf,
    /** What is said, and the reason why it ended. */
    async adopt(names: readonly string[], options: Partial<Adoption> = {}) {
      const lines: string[] = [];
      const log = jest.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
      const graph = names.map((name) => ({ namespace: "serving", name }));
      const adoption = { files: [], stack: "prod", graph, yes: true, ...options };
      const refused: Error | undefined = await adoptGraphs(adoption, directory).then(
        () => undefined,
        (error) => error,
      );
      log.mockRestore();
      return { said: lines.join("\n"), refused: refused?.message };
    },
  };
}

type Graph = { adopted?: { patch: { path: string }[] }; name: string };

/** Changes what the stack's file says of its graphs. */
function rewrite(change: (graph: Graph) => unknown): void {
  const { config, ...rest } = parse(readFileSync(file, "utf8"));
  const graphs = config["dynamo:graphs"].map(change);
  writeFileSync(file, stringify({ ...rest, config: { ...config, "dynamo:graphs": graphs } }));
}
const withoutProbe = (graph: Graph) => ({
  ...graph,
  adopted: {
    ...graph.adopted,
    patch: graph.adopted?.patch.filter(({ path }) => !path.endsWith("startupProbe")),
  },
});

test("scripts keep their lines, and no pod starts anew", async () => {
  const live = named("chat", {}, alpha);
  const { adopt } = await adopting(live);
  const { said, refused } = await adopt(["chat"], { runtime: "1.4.2" });
  expect([refused, /✖/.test(said)]).toEqual([undefined, false]);
  const [{ deployment }] = planStack(readStack("prod", directory).settings).graphs as [GraphPlan];
  const script = live.spec.services.PrefillWorker.extraPodSpec.mainContainer.args;
  expect(script[0].split("\n").length).toBeGreaterThan(3);
  expect(deployment.spec).toMatchObject({
    services: { PrefillWorker: { extraPodSpec: { mainContainer: { args: script } } } },
  });
});

test("a new stack's file has the graphs, and they its label, and no other", async () => {
  const { adopt, labelOf } = await adopting(...["chat", "code", "other"].map((name) => named(name)));
  const { said, refused } = await adopt(["chat", "code"]);
  expect(refused).toBeUndefined();
  expect(said.match(/DynamoGraphDeployment serving\/\w+|graphs\[\d\]/g)).toEqual([
    "DynamoGraphDeployment serving/chat",
    "graphs[0]",
    "DynamoGraphDeployment serving/code",
    "graphs[1]",
  ]);
  expect(said).toMatch(
    /\n\nPulumi\.prod\.yaml is written\. The label of stack prod is on serving\/chat, serving\/code\. Next:\n\n {2}pulumi stack init prod\n/,
  );
  expect(["chat", "code", "other"].map(labelOf)).toEqual([owner, owner, undefined]);
  expect(parse(readFileSync(file, "utf8")).config).toMatchObject({
    "dynamo:cluster": { context: "a" },
    "dynamo:graphs": [{ adopted: { deployment: "chat" } }, { adopted: { deployment: "code" } }],
  });
});

test("a stack that has a file keeps it, and may be given the graph once more", async () => {
  const { adopt, labelOf } = await adopting(named("chat"));
  await adopt(["chat"]);
  const written = readFileSync(file, "utf8");
  const { said, refused } = await adopt(["chat"]);
  expect([refused, labelOf("chat")]).toEqual([undefined, owner]);
  expect(said).toMatch(/\n\nThe label of stack prod is on serving\/chat\. Next:\n\n {2}pulumi preview/);
  expect(readFileSync(file, "utf8")).toBe(written);
});

describe("the runtime of a new stack", () => {
  const runtime = () => parse(readFileSync(file, "utf8")).config["dynamo:runtime"].version;
  const graph = named("chat", {}, aggregated().replaceAll(":1.4.2", ":latest"));

  test("is assumed where no image's tag says it, and told", async () => {
    const { adopt } = await adopting(graph);
    const { said } = await adopt(["chat"]);
    expect(said).toMatch(
      /^note: no image's tag says a release: (\S+) is assumed; .*\n\nDynamoGraphDeployment /,
    );
    expect(said).toContain(`${runtime()} is assumed`);
  });

  test("is the one that is given", async () => {
    const { adopt } = await adopting(graph);
    expect((await adopt(["chat"], { runtime: "1.4.1" })).said).toMatch(/^DynamoGraphDeployment /);
    expect(runtime()).toBe("1.4.1");
  });
});

describe("nothing is written", () => {
  test("unless it is confirmed", async () => {
    const { adopt, labelOf } = await adopting(named("chat"));
    const { said, refused } = await adopt(["chat"], { yes: false });
    expect(said).toMatch(/nothing else: no pod starts anew/);
    expect(refused).toBe("nothing was changed: add --yes to do it");
    expect([existsSync(file), labelOf("chat")]).toEqual([false, undefined]);
  });

  test("where one of the graphs is held by who must let go", async () => {
    const held = { "app.kubernetes.io/managed-by": "Helm" };
    const { adopt, labelOf } = await adopting(named("chat"), named("code", { labels: held }));
    const { said, refused } = await adopt(["chat", "code"]);
    expect(said).toMatch(/✖ Helm \(label/);
    expect(refused).toBe("nothing was changed: Helm must let go first, as is said above");
    expect([existsSync(file), labelOf("chat"), labelOf("code")]).toEqual([false, undefined, undefined]);
  });

  test("where a graph is not there", async () => {
    const { adopt, labelOf } = await adopting(named("chat"));
    expect((await adopt(["chat", "gone"])).refused).toMatch(/serving\/gone: .* not found$/);
    expect([existsSync(file), labelOf("chat")]).toEqual([false, undefined]);
  });
});

test("who only writes a graph need not let go", async () => {
  const managedFields = [{ manager: "kubectl", operation: "Update", fieldsV1: { "f:spec": {} } }];
  const { adopt, labelOf } = await adopting(named("chat", { managedFields }));
  const { said, refused } = await adopt(["chat"]);
  expect(said).toMatch(/- kubectl \(field manager of its spec\)/);
  expect([refused, labelOf("chat")]).toEqual([undefined, owner]);
});

describe("a stack's file that", () => {
  /** A cluster and a file in which graphs chat and code are one another's neighbours; chat has no label yet. */
  async function withFile(change: (graph: Graph) => unknown) {
    const graphs = [named("chat"), named("code")];
    const before = await adopting(...graphs);
    await before.adopt(["chat", "code"]);
    rewrite(change);
    return adopting(...graphs);
  }

  test("would have pods start anew is told what it lacks, for that graph", async () => {
    const { adopt, labelOf } = await withFile((graph) =>
      graph.name === "code" ? withoutProbe(graph) : graph,
    );
    const { refused } = await adopt(["chat", "code"]);
    expect(refused).toMatch(
      /^nothing was changed: Pulumi\.prod\.yaml differs in spec\.\S+startupProbe, by which 2 pods of Frontend would start anew\. For the graph to go on as it runs, write this into dynamo:graphs\[1\]:\n {6}adopted:\n {8}deployment: code\n/,
    );
    const [, asItRuns = ""] = refused?.split(/:\n(?= {6}adopted)/) ?? [];
    rewrite((graph) => (graph.name === "code" ? { ...graph, ...parse(asItRuns) } : graph));
    expect([(await adopt(["chat", "code"])).refused, labelOf("code")]).toEqual([undefined, owner]);
  });

  test("makes another graph of that name is told the same", async () => {
    const { adopt, labelOf } = await withFile(({ adopted, ...graph }) =>
      graph.name === "code" ? graph : { ...graph, adopted },
    );
    expect((await adopt(["code"])).refused).toMatch(
      /^nothing was changed: Pulumi\.prod\.yaml makes another graph of that name\. .* into dynamo:graphs\[1\]:\n {6}adopted:\n {8}deployment: code\n/,
    );
    expect(labelOf("code")).toBeUndefined();
    expect([(await adopt(["chat"])).refused, labelOf("chat")]).toEqual([undefined, owner]);
  });

  test("names another cluster is held to that", async () => {
    const { adopt, labelOf } = await withFile((graph) => graph);
    writeFileSync(file, readFileSync(file, "utf8").replace("context: a", "context: elsewhere"));
    expect((await adopt(["chat"])).refused).toMatch(/^the kubeconfig has no context elsewhere/);
    expect(labelOf("chat")).toBeUndefined();
  });

  test("has no such graph is told so", async () => {
    const { adopt } = await withFile((graph) => graph);
    expect((await adopt(["voice"])).refused).toMatch(/^Pulumi\.prod\.yaml has no graph voice: /);
    const graph = [{ namespace: "research", name: "chat" }];
    expect((await adopt([], { graph })).refused).toMatch(
      /^graph research\/chat is of another namespace .*\(dynamo:namespace\.name: serving\)/,
    );
  });
});
