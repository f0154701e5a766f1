/** A small project with this one's build/: its sources run as they are now, whatever was built before. */
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pWaitFor from "p-wait-for";
import { projectDir } from "../../config/project";

let project: string;
const write = (file: string, text: string) => writeFileSync(join(project, file), text);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "build-"));
  cpSync(join(projectDir, "build"), join(project, "build"), { recursive: true });
  symlinkSync(join(projectDir, "node_modules"), join(project, "node_modules"));
  mkdirSync(join(project, "plan"));
  write("main.ts", 'import { word } from "./plan/word"; console.log(word);');
  write("plan/word.ts", 'export const word = "one";');
});
afterEach(() => rmSync(project, { recursive: true }));

/** Runs a source as `npm run` does. */
const run = (entry = "main") => runNode("build/run.js", entry);
const runNode = (...args: string[]) =>
  promisify(execFile)(process.execPath, args, { cwd: project }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
const printed = async (entry?: string) => {
  const { stdout, stderr } = await run(entry);
  expect(stderr).toBe("");
  return stdout.trim();
};
const builtAt = (name: string) => statSync(join(project, "dist/run", `${name}.json`)).mtimeMs;

test("a source that changed is built again, even one of the same size", async () => {
  expect(await printed()).toBe("one");
  write("plan/word.ts", 'export const word = "two";');
  expect(await printed()).toBe("two");
});

test("nothing is built where nothing changed", async () => {
  const unchanged = async () => {
    const before = builtAt("main");
    await printed();
    return builtAt("main") === before;
  };
  await printed();
  await pWaitFor(unchanged, { timeout: 30_000 }); // a file of this moment may still be changing
  expect(await unchanged()).toBe(true);
});

test("a file that takes the place of another is found", async () => {
  expect(await printed()).toBe("one");
  mkdirSync(join(project, "plan/word"));
  write("plan/word/index.ts", 'export const word = "index";');
  expect(await printed()).toBe("one");
  write("plan/word.tsx", 'export const word = "tsx";');
  expect(await printed()).toBe("tsx");
});

test("packages come from a build of theirs, which has those that are new in the sources", async () => {
  write("main.ts", 'import { stringify } from "yaml"; console.log(stringify("a"));');
  expect(await printed()).toBe("a");
  write(
    "main.ts",
    'import { stringify } from "yaml"; import pc from "picocolors"; console.log(stringify(typeof pc.red));',
  );
  expect(await printed()).toBe("function");
  write(
    "other.ts",
    'import { z } from "zod"; import { stringify } from "yaml"; console.log(stringify(z.string().parse("z")));',
  );
  expect(await printed("other")).toBe("z");
  expect(await printed()).toBe("function");
});

test("commands that start at once, with nothing built, don't disturb each other", async () => {
  write(
    "main.ts",
    'import { stringify } from "yaml"; import { word } from "./plan/word"; console.log(stringify(word));',
  );
  expect(await Promise.all([printed(), printed(), printed()])).toEqual(["one", "one", "one"]);
  expect(readdirSync(join(project, "dist/run")).filter((file) => !/\.(js|json|map)$/.test(file))).toEqual([]);
});

test.each([
  ["build/run.js", "main"],
  ["-e", 'require("./build/load").load("index")'],
])("sources that can't be built end %s in one line, which says where", async (...args) => {
  write("index.ts", 'import "./plan/word";');
  write("plan/word.ts", 'export const word = "one"\nexport const = 1;');
  const { code, stdout, stderr } = await runNode(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain('plan/word.ts:2:14 can\'t be built: Expected identifier but found "="');
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("an error's stack has the lines of the sources", async () => {
  write("plan/word.ts", "\n\nexport const word: string = (undefined as any).word;");
  const { code, stderr } = await run();
  expect(code).toBe(1);
  expect(stderr).toContain(`${join(project, "plan/word.ts")}:3:`);
});
