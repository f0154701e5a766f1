/** Options that can't be what is meant: each is told in a line. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { golden } from "../golden";
import { run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "words-"));
const file = join(dir, "file");
const broken = join(dir, "broken");
writeFileSync(file, "");
mkdirSync(broken);
writeFileSync(join(broken, "summary.json"), "{");
const other = join(dir, "other");
mkdirSync(other);
writeFileSync(join(other, "summary.json"), '{"a":1}');
afterAll(() => rmSync(dir, { recursive: true }));

test.each([
  [["--out", file], /^error: --out \S+ is a file: name a folder$/],
  [["--out", "/proc/nothing"], /^error: --out \/proc\/nothing can't be written: \S.*$/],
  [["--base", file], /^error: --base \S+ can't be read: a part of its path is no folder$/],
  [["--cluster", "/tmp"], /^error: \/tmp can't be read: it is a folder$/],
  [
    ["--cluster", "package.json"],
    /^error: package\.json keeps no cluster: ✖ .+ → at snapshotVersion\. Write one by .+$/,
  ],
  [["--base", broken], /^error: --base \S+ can't be read: .*JSON.*$/],
  [
    ["--base", other],
    /^error: --base \S+ is from another program \(its summary lacks project, stack\): make it/,
  ],
  [["--json", "--markdown"], /^error: option '--json' cannot be used with option '--markdown'$/],
])("preview %j", async (args, line) => {
  const { code, stderr } = await run("preview", ...args);
  expect([code, stderr.trim()]).toEqual([1, expect.stringMatching(line)]);
});

test("a file that can't be written is told in a line", async () => {
  const graph = join(golden, "dev/dynamo/DynamoGraphDeployment-vllm-distributed-demo.yaml");
  const { code, stdout, stderr } = await run("import", graph, "--out", join(dir, "x".repeat(300)));
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: \S+xxx: the system answers ENAMETOOLONG \((stat|open)\)\n$/);
});

test("an option that npm took for its own is told, and not left out", async () => {
  process.env.npm_config_stack = "true";
  const { code, stdout, stderr } = await run("preview", "prod").finally(() => {
    delete process.env.npm_config_stack;
  });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    "error: npm took --stack for an option of its own: write -- before it, as in npm run preview -- --stack …\n",
  );
});
