/** `pulumi destroy` as it is called, and what is told meanwhile. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pulumiDestroy } from "../../../commands/destroy/pulumiDestroy";
import { projectDir } from "../../../config/project";
import { clusters } from "../../apiServer";
import { devStack } from "../../devStack";
import { object } from "./objects";

// Tests have an environment of their own, in which the CLI is.
jest.mock("node:child_process", () => {
  const { spawn, ...rest } = jest.requireActual("node:child_process");
  const inTests = (file: string, args: string[], options: object) =>
    spawn(file, args, { env: process.env, ...options });
  return { ...rest, spawn: inTests };
});

const cluster = clusters();
const folder = mkdtempSync(join(tmpdir(), "pulumi-"));
const inFolder = (name: string) => join(folder, name);
const { PATH } = process.env;
afterEach(() => jest.restoreAllMocks());
afterAll(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/** A CLI that notes its arguments and folder, writes to the file that it is given unless that is the project's, and does the rest. */
function cli(rest: string): void {
  const script = `#!/bin/sh
pwd > ${inFolder("pwd")}; printf '%s\\n' "$@" > ${inFolder("args")}
while [ "$1" != --config-file ]; do shift; done
cp "$2" ${inFolder("given")}
case "$2" in ${projectDir}/*) ;; *) echo changed > "$2";; esac
${rest}
`;
  writeFileSync(inFolder("pulumi"), script, { mode: 0o755 });
  process.env.PATH = [folder, PATH].join(delimiter);
}
const noted = (name: string) => readFileSync(inFolder(name), "utf8").trim();

const stack = devStack({});
const stackFile = () => readFileSync(join(projectDir, "Pulumi.dev.yaml"), "utf8");

async function destroy(found: readonly object[] = [], change: object = {}, except?: string) {
  const { add, config } = await cluster();
  add(...found);
  return pulumiDestroy({ ...stack, ...change }, config, found, except);
}

test.each<[string, object, string | undefined, string[], string[]]>([
  ["all of a stack", {}, undefined, ["dev"], []],
  ["all but the platform", {}, "urn:a", ["dev"], ["--exclude", "urn:a"]],
  ["a stack of an organization", { organization: "acme" }, undefined, ["acme/dynamo/dev"], []],
])("destroys %s, unasked, in the project's folder", async (_, change, except, name, more) => {
  cli("");
  await destroy([], change, except);
  const args = noted("args").split("\n");
  const file = args[args.indexOf("--config-file") + 1] ?? "";
  expect(args).toEqual([
    ...["destroy", "--yes", "--skip-preview", "--stack", ...name, "--config-file", file],
    ...more,
  ]);
  expect(noted("pwd")).toBe(projectDir);
});

test("what Pulumi writes to the stack's file is a copy's, which does not stay", async () => {
  const before = stackFile();
  cli("");
  await destroy();
  expect(noted("given")).toBe(before.trim());
  const file =
    noted("args")
      .split("\n")
      .find((one) => one.endsWith("/Pulumi.dev.yaml")) ?? "";
  expect(file).not.toBe("");
  expect(file).not.toContain(projectDir);
  expect(existsSync(dirname(file))).toBe(false);
});

test("a failure is told, and leaves no copy and no watch", async () => {
  cli("exit 3");
  const listeners = process.listenerCount("SIGINT");
  await expect(destroy()).rejects.toThrow(
    "pulumi destroy failed, as reported above: run this again when it is mended",
  );
  const file =
    noted("args")
      .split("\n")
      .find((one) => one.endsWith("/Pulumi.dev.yaml")) ?? "";
  expect(existsSync(dirname(file))).toBe(false);
  expect(process.listenerCount("SIGINT")).toBe(listeners);
});

describe("meanwhile", () => {
  const ago = (seconds: number) => ({ deletionTimestamp: new Date(Date.now() - seconds * 1000) });
  const [held, other] = [
    object("DynamoGraphDeployment", "held", ago(60)),
    object("DynamoGraphDeployment", "other", ago(1)),
  ];

  /** Looks at once, and again, until it has looked a few times: then Pulumi ends. */
  async function watched(found: readonly object[], answers: Parameters<typeof cluster>[0] = {}) {
    rmSync(inFolder("done"), { force: true });
    cli(`while [ ! -e ${inFolder("done")} ]; do sleep 0.02; done`);
    const told: string[] = [];
    jest.spyOn(console, "log").mockImplementation((line) => void told.push(line));
    const every: unknown[] = [];
    let ignores = 0;
    const { setInterval } = globalThis;
    jest.spyOn(globalThis, "setInterval").mockImplementation(((look: () => Promise<void>, ms: number) => {
      every.push(ms);
      let looks = 0;
      return setInterval(async () => {
        ignores = process.listenerCount("SIGINT");
        await look();
        if (++looks === 3) writeFileSync(inFolder("done"), "");
      }, 5);
    }) as never);
    const { add, config } = await cluster(answers);
    add(...found);
    await pulumiDestroy(stack, config, found);
    return { told, every, ignores };
  }

  test("a graph that waits for its operator is told once, with what helps", async () => {
    const { told, every } = await watched([held, other]);
    expect(told).toEqual([
      "DynamoGraphDeployment dynamo/held waits for the Dynamo operator, whose finalizer is on it. Where that is gone, press Ctrl-C and run this again with --remove-finalizers",
    ]);
    expect(every).toEqual([5_000]);
  });

  test("a cluster that does not tell is no failure", async () => {
    expect((await watched([held], { dynamographdeployments: 500 })).told).toEqual([]);
  });

  test("Ctrl-C is left to Pulumi, which ends in good order", async () => {
    const before = process.listenerCount("SIGINT");
    const { ignores } = await watched([]);
    expect([ignores, process.listenerCount("SIGINT")]).toEqual([before + 1, before]);
  });
});
