/** `npm run destroy` as a whole: what it finds, in which order it goes, and before what it stops. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { labelledObjects } from "../../../commands/destroy/leftovers";
import { ownerOf } from "../../../plan/owner";
import { clusters } from "../../apiServer";
import { madeBy } from "../../madeBy";
import { run } from "../command";
import { surroundings } from "../surroundings";
import { object, ownedBy, owner } from "./objects";

// Tests have an environment of their own, in which the CLI is.
jest.mock("node:child_process", () => {
  const { spawn, ...rest } = jest.requireActual("node:child_process");
  const inTests = (file: string, args: string[], options: object) =>
    spawn(file, args, { env: process.env, ...options });
  return { ...rest, spawn: inTests };
});
jest.mock("../../../commands/destroy/leftovers", () => {
  const actual = jest.requireActual("../../../commands/destroy/leftovers");
  return { ...actual, labelledObjects: jest.fn(actual.labelledObjects) };
});
let kept: string[] = [];
jest.mock("../../../commands/destroy/keptNamespaces", () => ({ keptNamespaces: async () => kept }));
/** Waits take no time, but pass. */
let passed = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number) => {
    passed += ms;
  },
}));

const { kubeconfig } = surroundings();
const cluster = clusters();
const folder = mkdtempSync(join(tmpdir(), "destroy-"));
const inFolder = (name: string) => join(folder, name);
const { PATH } = process.env;
beforeAll(() => {
  const { now } = Date;
  jest.spyOn(Date, "now").mockImplementation(() => now() + passed);
});
beforeEach(() => {
  [kept, passed] = [[], 0];
});
afterAll(() => {
  jest.restoreAllMocks();
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

const release = {
  urn: "urn:pulumi:dev::dynamo::dynamo:index:Platform$kubernetes:helm.sh/v3:Release::platform",
  type: "kubernetes:helm.sh/v3:Release",
  outputs: { name: "platform", namespace: "dynamo-system", version: "1.4.2" },
};

/** A cluster, and a stack with these outputs and resources in its state. `destroy` of the CLI only notes that it ran. */
async function surrounded({
  objects = [] as object[],
  outputs = { owner } as object | null,
  resources = [] as object[],
}) {
  const made = await cluster();
  made.add(object("Namespace", "kube-system", { uid: "this-cluster" }), ...objects);
  kubeconfig({ text: made.kubeconfig });
  writeFileSync(inFolder("output"), JSON.stringify(outputs));
  writeFileSync(inFolder("export"), JSON.stringify({ deployment: { resources } }));
  writeFileSync(inFolder("destroyed"), "");
  const script = `#!/bin/sh
case "$1" in
stack) ${outputs === null ? "echo 'error: no stack named dev found' >&2; exit 1" : `cat ${folder}/$2`};;
*) echo "$@" >> ${inFolder("destroyed")};;
esac
`;
  writeFileSync(inFolder("pulumi"), script, { mode: 0o755 });
  process.env.PATH = [folder, PATH].join(delimiter);
  const pulumi = () =>
    readFileSync(inFolder("destroyed"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => /--exclude \S+/.exec(line)?.[0] ?? "all");
  return { ...made, pulumi, destroy: (...args: string[]) => run("destroy", "--stack", "dev", ...args) };
}

const forgotten = object("ConfigMap", "forgotten", madeBy(owner));
const theirs = object("ConfigMap", "theirs");
const graph = (metadata: object = {}) =>
  object("DynamoGraphDeployment", "chat", { ...madeBy(owner), ...metadata });
const finalizers = ["nvidia.com/finalizer"];

test("without --yes all is listed, and stays", async () => {
  const { destroy, pulumi, writes } = await surrounded({
    objects: [forgotten, theirs, graph()],
    resources: [release],
  });
  const { code, stdout, stderr } = await destroy();
  expect(
    stdout
      .split("\n")
      .filter((line) => line.startsWith("- "))
      .sort(),
  ).toEqual([
    "- ConfigMap dynamo/forgotten",
    "- DynamoGraphDeployment dynamo/chat",
    "- Helm release platform in dynamo-system; its CRDs and its namespace stay",
  ]);
  expect(stderr).toBe("error: nothing was deleted: add --yes to delete these 3 objects\n");
  expect([code, pulumi(), writes]).toEqual([1, [], []]);
});

test.each([
  ["objects", { objects: [forgotten, graph()] }, "add --yes to delete these 2 objects"],
  ["a platform", { resources: [release] }, "add --yes to delete these 1 objects"],
])("%s alone are counted", async (_, found, message) => {
  const { destroy } = await surrounded(found);
  expect((await destroy()).stderr).toContain(message);
});

test("what Pulumi leaves goes after it, and what is another's stays", async () => {
  const { destroy, pulumi, find } = await surrounded({ objects: [forgotten, theirs] });
  const { code, stdout } = await destroy("--yes");
  expect([code, pulumi()]).toEqual([0, ["all"]]);
  expect(stdout).toMatch(
    /deleted ConfigMap dynamo\/forgotten, which Pulumi did not know of\nnothing of dynamo\/dev is left\n$/,
  );
  expect([find("ConfigMap", "forgotten"), find("ConfigMap", "theirs")]).toEqual([
    undefined,
    expect.anything(),
  ]);
});

test("a stack that can't be opened has what its name says; with --yes it is a failure", async () => {
  const own = madeBy(ownerOf({ project: "dynamo", stack: "dev" }));
  const { destroy, pulumi, writes } = await surrounded({
    outputs: null,
    objects: [object("ConfigMap", "early", own), forgotten],
  });
  const listed = await destroy();
  expect(listed.stdout).toMatch(/no stack dev.*\. Looking for what a stack of this name has\n/);
  expect(listed.stdout.match(/^- .*/gm)).toEqual(["- ConfigMap dynamo/early"]);
  expect(await destroy("--yes")).toMatchObject({ code: 1, stderr: expect.stringMatching(/no stack dev/) });
  expect([pulumi(), writes]).toEqual([[], []]);
});

test.each([
  ["this-cluster", 0, [["all"], []]],
  ["another", 1, [[], ["forgotten"]]],
])("a stack that is on cluster %s", async (uid, ended, [ran, left]) => {
  const { destroy, pulumi, find } = await surrounded({
    outputs: { owner, cluster: { uid } },
    objects: [forgotten],
  });
  const { code, stderr } = await destroy("--yes");
  expect(stderr).toMatch(ended === 0 ? /^$/ : /nothing was deleted: the kubeconfig leads to another cluster/);
  expect([code, pulumi(), ["forgotten"].filter((name) => find("ConfigMap", name))]).toEqual([
    ended,
    ran,
    left,
  ]);
});

describe("a namespace of the stack", () => {
  const namespace = object("Namespace", "dynamo", madeBy(owner));

  test("goes with what is the stack's or the cluster's own", async () => {
    const { destroy, find } = await surrounded({
      objects: [namespace, forgotten, object("ConfigMap", "kube-root-ca.crt")],
    });
    expect((await destroy("--yes")).code).toBe(0);
    expect(find("Namespace", "dynamo")).toBeUndefined();
  });

  test("does not go with what is another's, and neither does anything else", async () => {
    const { destroy, pulumi, writes } = await surrounded({ objects: [namespace, forgotten, theirs] });
    expect(await destroy("--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: nothing was deleted: namespace dynamo would go with what is not the stack's: ConfigMap dynamo\/theirs\. /,
      ),
    });
    expect([pulumi(), writes]).toEqual([[], []]);
  });

  test("that is kept stays with all in it, which is told", async () => {
    kept = ["nats-system", "etcd-system"];
    const volume = object("ConfigMap", "volume", { ...madeBy(owner), namespace: "nats-system" });
    const { destroy, find } = await surrounded({
      objects: [object("Namespace", "nats-system", madeBy(owner)), volume, forgotten],
    });
    const { stdout } = await destroy("--yes");
    expect(stdout).toMatch(/nothing of dynamo\/dev is left but nats-system and etcd-system\n$/);
    expect(stdout).not.toContain("volume");
    expect([find("Namespace", "nats-system"), find("ConfigMap", "volume")]).toEqual([
      expect.anything(),
      expect.anything(),
    ]);
    expect(find("ConfigMap", "forgotten")).toBeUndefined();
  });
});

describe("a stack's platform", () => {
  test("goes after all that its operator has made, and what stays of it is told", async () => {
    const { destroy, pulumi, find } = await surrounded({
      resources: [release],
      objects: [graph(), object("Pod", "of-chat", ownedBy("chat"))],
    });
    const { code, stdout } = await destroy("--yes");
    expect([code, pulumi()]).toEqual([0, [`--exclude ${release.urn}`, "all"]]);
    expect(stdout).toMatch(/is left but the platform's CRDs and namespace dynamo-system\n$/);
    expect([find("DynamoGraphDeployment", "chat"), find("Pod", "of-chat")]).toEqual([undefined, undefined]);
  });

  test("stays while the operator has not let go", async () => {
    const { destroy, pulumi } = await surrounded({ resources: [release], objects: [graph({ finalizers })] });
    const { code, stderr } = await destroy("--yes", "--timeout", "3");
    expect(stderr).toMatch(
      /^error: still there after 3 s: DynamoGraphDeployment dynamo\/chat \(held by nvidia/,
    );
    expect([code, pulumi()]).toEqual([1, [`--exclude ${release.urn}`]]);
  });

  test("that others need stays, and all of the stack", async () => {
    const others = object("DynamoGraphDeployment", "others");
    const { destroy, pulumi, writes } = await surrounded({
      resources: [release],
      objects: [graph(), others],
    });
    expect(await destroy("--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: nothing was deleted: .*DynamoGraphDeployment dynamo\/others/),
    });
    expect([pulumi(), writes]).toEqual([[], []]);
  });
});

describe("a graph whose operator is gone", () => {
  test("is waited for, for two minutes by default", async () => {
    const { destroy } = await surrounded({ objects: [graph({ finalizers })] });
    const { code, stdout, stderr } = await destroy("--yes");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: still there after 120 s: .*--remove-finalizers$/m),
    ]);
    expect(stdout).toContain("waiting for DynamoGraphDeployment dynamo/chat to go");
    expect(stdout).not.toContain("is left");
  });

  test("goes without its finalizers", async () => {
    const { destroy, find } = await surrounded({ objects: [graph({ finalizers })] });
    const { code, stdout } = await destroy("--yes", "--remove-finalizers");
    expect(stdout).toContain("removed the finalizers of DynamoGraphDeployment dynamo/chat\n");
    expect([code, find("DynamoGraphDeployment", "chat")]).toEqual([0, undefined]);
  });
});

describe("an API server that answers late", () => {
  const late = (times: number) => {
    for (let i = 0; i < times; i++)
      jest.mocked(labelledObjects).mockRejectedValueOnce(new DOMException("late", "TimeoutError"));
  };
  afterEach(() =>
    jest
      .mocked(labelledObjects)
      .mockReset()
      .mockImplementation(jest.requireActual("../../../commands/destroy/leftovers").labelledObjects),
  );

  test("is asked five times, which is told", async () => {
    const { destroy } = await surrounded({ objects: [forgotten] });
    late(4);
    const { stdout } = await destroy();
    expect(stdout.match(/asking again \(\d of \d\)/g)).toEqual(
      [2, 3, 4, 5].map((n) => `asking again (${n} of 5)`),
    );
    expect(stdout).toContain("- ConfigMap dynamo/forgotten");
  });

  test("is given up then", async () => {
    const { destroy } = await surrounded({ objects: [forgotten] });
    late(5);
    const { code, stderr } = await destroy();
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: the objects of the stack: .*does not answer within/),
    ]);
  });

  test("is not asked again where it refuses", async () => {
    const { destroy } = await surrounded({});
    jest.mocked(labelledObjects).mockRejectedValueOnce(Object.assign(new Error("no"), { code: 500 }));
    const { code, stdout } = await destroy();
    expect([code, stdout]).toEqual([1, expect.not.stringContaining("asking again")]);
  });
});
