import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = join(__dirname, "../..");
let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "tools-"));
});
afterEach(() => rm(temporary, { recursive: true }));

/** What a process of its own, with an environment of its own, has to say about building the tools. */
async function build(env: Record<string, string>, options = "{}"): Promise<string> {
  const program = `
    const { buildTools, rehearsalTools } = require("./rehearsal/tools");
    buildTools(rehearsalTools, ${options})
      .then(({ pulumi }) => console.log(pulumi), ({ message }) => console.log(message));`;
  const args = ["--import", "tsx", "--eval", program];
  const { stdout } = await run(process.execPath, args, { cwd: repository, env: { ...process.env, ...env } });
  return stdout.trim();
}

async function fake(program: string, says: string): Promise<string> {
  await writeFile(join(temporary, program), `#!/bin/sh\necho "${says}"\n`);
  await chmod(join(temporary, program), 0o700);
  return `${temporary}:${process.env.PATH}`;
}

test.each([
  ["no Go", undefined, "go is not on PATH"],
  ["an old Go", "go version go1.22.3 linux/amd64", "go version go1.22.3 linux/amd64"],
])("a machine with %s is told what to install, in one line", async (_, go, found) => {
  if (go) await fake("go", go);
  expect(await build({ PATH: temporary })).toBe(
    `Go 1.26 or newer builds the programs that a rehearsal runs (${found}): install it from https://go.dev/dl`,
  );
});

test.each([
  ["v3.218.0", true],
  ["v3.217.1", false],
])(
  "Pulumi %s on PATH is used: %s",
  async (version, used) => {
    const pulumi = await build({ PATH: await fake("pulumi", version) });
    expect(pulumi === join(temporary, "pulumi")).toBe(used);
  },
  1_800_000,
);

test("an aborted build ends the compilers, and leaves nothing that is half done", async () => {
  const GOCACHE = (await run("go", ["env", "GOCACHE"])).stdout.trim();
  const message = await build(
    { GOCACHE, XDG_CACHE_HOME: temporary },
    "{ signal: AbortSignal.timeout(1_500) }",
  );
  expect(message).toBe("The operation was aborted due to timeout");
  const files = await readdir(join(temporary, "dynamo-rehearsal"), { recursive: true });
  expect(files.filter((file) => file.includes(".building"))).toEqual([]);
  const { stdout } = await run("ps", ["-A", "-ww", "-o", "args="]);
  expect(stdout).not.toContain(temporary);
}, 30_000);
