import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contents, copyGolden } from "../golden";
import { run, runProcess } from "./command";

jest.setTimeout(60_000); // for those in a process of their own

const out = mkdtempSync(join(tmpdir(), "preview-"));
afterAll(() => rmSync(out, { recursive: true }));

const preview = (...args: string[]) => run("preview", ...args);

// After a change that is meant: npx tsx test/writeGolden.ts
test.each(["dev", "prod"])("the manifests of %s are what they were", async (stack) => {
  const dir = join(out, stack);
  const { code, stdout } = await preview("--stack", stack, "--out", dir);
  expect(code).toBe(0);
  expect(stdout).toMatchSnapshot();
  expect(contents(dir)).toEqual(contents(copyGolden(stack, join(out, `${stack}-golden`))));
});

test("a second preview replaces the first, byte for byte", async () => {
  const dir = join(out, "twice");
  await preview("--out", dir);
  const first = contents(dir);
  writeFileSync(join(dir, "stale.yaml"), "");
  await preview("--out", dir);
  expect(contents(dir)).toEqual(first);
});

test("a folder with other files is left alone", async () => {
  writeFileSync(join(out, "precious.txt"), "mine");
  const { code, stderr } = await preview("--out", out);
  expect(code).toBe(1);
  expect(stderr).toContain("is not empty and not from an earlier preview");
  expect(readFileSync(join(out, "precious.txt"), "utf8")).toBe("mine");
});

test("--json is for machines", async () => {
  const { stdout } = await preview("--json");
  expect(JSON.parse(stdout)).toMatchObject({
    stack: "dev",
    outputs: { discoveryMode: "kubernetes", gpus: { total: 2 } },
  });
});

test.each([
  [["--stack", "nope"], /there is no stack "nope": write one of dev, prod/],
  [["--stak", "dev"], /unknown option '--stak'/],
  [["dev"], /too many arguments/],
])("%j is refused in one line, without a stack trace", async (args, message) => {
  const { code, stdout, stderr } = await preview(...args);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
});

describe("as its user starts it", () => {
  const npm = (...args: string[]) => runProcess("npm", "run", "--silent", "preview", "--", ...args);

  test("it prints what it prints in this process", async () => {
    expect(await npm()).toEqual(await preview());
  });

  test("a mistake ends it with 1", async () => {
    expect(await npm("--stack", "nope")).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: there is no stack "nope": write one of dev, prod.*\n$/),
    });
  });

  const full = "/dev/full"; // of Linux
  (existsSync(full) ? test : test.skip)("a full disk ends it with 1", () => {
    const stdio = ["ignore", openSync(full, "w"), "pipe"] as const;
    const args = ["build/run.js", "commands/cli/start", "preview", "--help"];
    const { status, stderr } = spawnSync(process.execPath, args, { stdio: [...stdio], encoding: "utf8" });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^error: the output can't be written: ENOSPC.*\n$/),
    });
  });
});
