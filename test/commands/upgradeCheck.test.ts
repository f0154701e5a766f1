/** `npm run upgrade-check` over the project's stacks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStack } from "../../config/project";
import { run } from "./command";
import { clusterOf } from "./upgradeCheck/stackOf";

const dir = mkdtempSync(join(tmpdir(), "upgrade-"));
afterAll(() => rmSync(dir, { recursive: true }));
const check = (...args: string[]) => run("upgradeCheck", "--stack", "prod", ...args);

test("a table of the steps, and what each needs", async () => {
  const { code, stdout, stderr } = await check("--to", "1.7.0");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(
    /^prod: Dynamo 1\.6\.1 → 1\.7\.0, the platform of 1\.6 \(taken for the runtime's: --cluster tells it\)$/m,
  );
  expect(stdout).toMatch(
    /│ 5 │ runtime {2}│ 1\.6\.1 │ 1\.7\.0 │ safe {4}│ 22 pods with 68 GPUs │ 80 of 80 +│/,
  );
  expect(stdout).toMatch(/^4\. config 1\.6\.1 → 1\.7\.0: by hand\n {3}→ dynamo:runtime\.version: 1\.7\.0$/m);
});

test("the same as JSON and in markdown", async () => {
  const { stdout } = await check("--to", "1.7.0", "--json");
  const { ok, from, to, platform, steps } = JSON.parse(stdout);
  expect({ ok, from, to, platform }).toEqual({
    ok: true,
    from: "1.6.1",
    to: "1.7.0",
    platform: { releaseLine: "1.6", taken: "--cluster tells it" },
  });
  expect(steps).toHaveLength(5);
  expect(steps[4]).toMatchObject({
    what: "runtime",
    verdict: "safe",
    pods: { gpus: 68, peak: 80, limit: 80 },
  });
  const markdown = await check("--to", "1.7.0", "--markdown");
  expect(markdown.stdout).toContain(
    "| ✅ runtime | 1.6.1 → 1.7.0 | safe | 22 pods with 68 GPUs | 80 of 80 |",
  );
});

test("nothing to do ends well", async () => {
  const { code, stdout } = await check("--to", "1.6.1");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/nothing is to be done/)]);
});

test("a step that is blocked ends with 1, and is said first", async () => {
  const file = join(dir, "cluster.json");
  const stack = readStack("prod");
  writeFileSync(file, JSON.stringify(clusterOf(stack, "1.6.1", { kubernetes: { gitVersion: "v1.28.0" } })));
  const { code, stdout, stderr } = await check("--to", "1.7.0", "--cluster", file);
  expect([code, stderr]).toEqual([1, "error: stack prod can't be brought to 1.7.0 yet: 1 step is blocked\n"]);
  const rehearsed = await check("--to", "1.7.0", "--cluster", file, "--rehearse");
  expect([rehearsed.code, rehearsed.stdout, rehearsed.stderr]).toEqual([1, stdout, stderr]);
  expect(stdout).toMatch(/2\. chart 1\.6 → 1\.7: blocked\n {3}✖ v1\.28\.0/);
  const json = await check("--to", "1.7.0", "--cluster", file, "--json");
  expect([json.code, JSON.parse(json.stdout).ok]).toEqual([1, false]);
});

test.each([
  [
    ["--to", "1.8.0"],
    /^error: --to "1\.8\.0" is not known: write a version of 0\.7 to 1\.7, of which 1\.7\.0 is the newest\n$/,
  ],
  [["--to", "1.6"], /^error: --to "1\.6" is no version: write one such as 1\.6\.2\n$/],
  [["--to", "1.6.1; rm"], /^error: --to "1\.6\.1; rm" is no version/],
  [["--to", "1.6.9"], /^error: --to "1\.6\.9" is not known: the newest of 1\.6/],
  [
    ["--to", "1.5.1"],
    /^error: --to 1\.5\.1 is before the stack's 1\.6\.1: the way back is in docs\/upgrading\.md#back\n$/,
  ],
  [["--to", "1.6.0"], /^error: --to 1\.6\.0 is before/],
  [[], /^error: required option '-t, --to <version>' not specified\n$/],
  [["--to", "1.7.0", "--no-serve"], /^error: --no-serve is of a rehearsal: write --rehearse, too\n$/],
  [["--to", "1.7.0", "--crds", "a"], /^error: --crds is of a rehearsal: write --rehearse, too\n$/],
  [["--to", "1.7.0", "--cluster", "nowhere"], /^error: nowhere can't be read: /],
])("%j ends in one line", async (args, line) => {
  const { code, stdout, stderr } = await check(...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(line);
});
