import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installRuntime } from "../../rehearsal/runtime/install";

const { PATH, XDG_CACHE_HOME } = process.env;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "install-"));
  process.env.PATH = folder;
  process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterEach(async () => {
  process.env.PATH = PATH;
  process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  await rm(folder, { recursive: true });
});

const cached = () => readdir(join(folder, "cache", "dynamo-rehearsal"));

/** A python3 that states a version, and does this when it is asked for an environment in `$4`. */
async function python3(version: string, venv = "exit 1") {
  const script = `#!/bin/sh\nif [ "$2" = -c ]; then echo ${version}; echo "$0"; else ${venv}; fi\n`;
  await writeFile(join(folder, "python3"), script, { mode: 0o700 });
}

/** Makes an environment whose pip does this. */
const withPip = (pip: string) =>
  `/bin/mkdir -p "$4/bin"; printf '#!/bin/sh\\n${pip}\\n' > "$4/bin/python"; /bin/chmod +x "$4/bin/python"`;

test("says what to install where there is no Python", async () => {
  await expect(installRuntime("0.8.1")).rejects.toThrow(/needs Python 3\.10 or newer .*\(found: none\)/);
});

test("refuses one that is too old", async () => {
  await python3("3.9.2");
  await expect(installRuntime("0.8.1")).rejects.toThrow(/\(found: 3\.9\.2\)/);
});

test("says what venv says, and leaves nothing behind", async () => {
  await python3("3.11.2", "echo ensurepip is not available; exit 1");
  await expect(installRuntime("0.8.1")).rejects.toThrow(/-m venv .* failed:\nensurepip is not available$/);
  expect(await cached()).toEqual([]);
});

test("says what pip says, and leaves nothing behind", async () => {
  await python3("3.11.2", withPip("echo no such version >&2; exit 1"));
  await expect(installRuntime("1.6.1")).rejects.toThrow(
    /requirements-1\.6\.1\.txt failed:\nno such version$/,
  );
  expect(await cached()).toEqual([]);
});

test("installs once, also where two do it at once", async () => {
  await python3("3.11.2", withPip("exit 0"));
  const reports: string[] = [];
  const install = () => installRuntime("0.8.1", { report: (line) => reports.push(line) });
  const [first, second] = await Promise.all([install(), install()]);
  expect(second).toBe(first);
  expect(await install()).toBe(first);
  expect(reports).toEqual(Array(2).fill("installing the Dynamo runtime 0.8.1"));
  expect(await cached()).toHaveLength(2); // the environment, and a link to it
});

test("a failed one is tried again", async () => {
  await python3("3.11.2");
  await expect(installRuntime("0.8.1")).rejects.toThrow();
  await python3("3.11.2", withPip("exit 0"));
  expect(await installRuntime("0.8.1")).toMatch(/runtime-0\.8\.1-[0-9a-f]{16}\/bin\/python$/);
});

test("can be aborted", async () => {
  await mkdir(join(folder, "cache"));
  await python3("3.11.2", "exec /bin/sleep 60");
  const controller = new AbortController();
  const installed = installRuntime("0.8.1", {
    report: () => setTimeout(() => controller.abort(), 50),
    signal: controller.signal,
  });
  await expect(installed).rejects.toThrow(/abort/);
  expect(await cached()).toEqual([]);
});
