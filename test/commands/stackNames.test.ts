/** Every command takes a stack's name in every way that Pulumi has. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { commandOf, names, run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "names-"));
const { PATH } = process.env;
beforeAll(() => {
  // A CLI that notes how it is called, and has no stack.
  writeFileSync(
    join(dir, "pulumi"),
    `#!/bin/sh\necho "$@" > ${dir}/args\necho "error: no stack named" >&2\nexit 255\n`,
  );
  chmodSync(join(dir, "pulumi"), 0o755);
  process.env.PATH = [dir, PATH].join(delimiter);
});
afterAll(() => {
  process.env.PATH = PATH;
  rmSync(dir, { recursive: true });
});

// check takes the settings of a stack alone, and adopt a stack that is new.
const withStack = names.filter(
  (name) =>
    !["check", "adopt"].includes(name) && commandOf(name).options.some(({ long }) => long === "--stack"),
);
const required: Readonly<Record<string, readonly string[]>> = {
  restore: ["--snapshot", "etcd-snapshot-1.db"],
  upgradeCheck: ["--to", "1.7.0"],
};

test("the commands that take one", () =>
  expect(withStack).toEqual([
    "cost",
    "destroy",
    "preflight",
    "preview",
    "rehearse",
    "restore",
    "smoke",
    "traffic",
    "upgradeCheck",
    "verify",
  ]));

describe.each(withStack)("%s", (name) => {
  test.each([
    ["a/b/c/d", '"a/b/c/d" is no name of a stack: write one such as prod, acme/prod or acme/dynamo/prod'],
    ["../x", '"../x" is no name of a stack: write one such as prod, acme/prod or acme/dynamo/prod'],
    ["", '"" is no name of a stack: write one such as prod, acme/prod or acme/dynamo/prod'],
    ["acme/web/dev", "acme/web/dev is a stack of project web, and this is dynamo: write acme/dev"],
    ["dev.yaml", '"dev.yaml" is the name of a file, and not that of its stack: write --stack dev'],
    ["acme/nope", 'there is no stack "nope": write one of dev, prod, or make Pulumi.nope.yaml'],
  ])("%j ends in one line", async (stack, line) => {
    const { code, stdout, stderr } = await run(name, "--stack", stack, ...(required[name] ?? []));
    expect([code, stdout, stderr]).toEqual([1, "", `error: ${line}\n`]);
  });
});

test.each(["smoke", "traffic", "verify"])("%s hands the organization to the CLI", async (name) => {
  for (const [given, handed] of [
    ["dev", "dev"],
    ["acme/dev", "acme/dynamo/dev"],
    ["acme/dynamo/dev", "acme/dynamo/dev"],
  ] as const) {
    const { stderr } = await run(name, "--stack", given);
    expect(stderr).toContain(`the backend has no stack ${given}: `);
    expect(readFileSync(join(dir, "args"), "utf8")).toBe(
      `stack output --json --non-interactive --stack ${handed}\n`,
    );
  }
});

test.each(["preview", "restore"])("%s is the same with an organization", async (name) => {
  const shown = [];
  for (const stack of ["prod", "acme/prod", "acme/dynamo/prod"])
    shown.push(await run(name, "--stack", stack, ...(required[name] ?? [])));
  const [plain, ...others] = shown;
  expect(plain).toMatchObject({ code: 0 });
  for (const other of others) expect(other).toEqual(plain);
});

test("adopt takes a new stack, and refuses a name that is none", async () => {
  expect(await run("adopt", "--stack", "a/b/c/d")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"a/b/c/d" is no name of a stack'),
  });
  expect(await run("adopt", "--stack", "acme/nope")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("error: name a graph: --graph NAMESPACE/NAME"),
  });
});
