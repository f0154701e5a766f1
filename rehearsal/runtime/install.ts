/** The released Dynamo runtime, installed from its Python packages. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { projectDir } from "../../config/project";
import { cacheDirectory } from "../cacheDirectory";

/** Those with a file of requirements here. */
export const runtimeVersions = ["0.8.1", "1.6.1"] as const;
/** A release of the Dynamo runtime that this machine can run. */
export type RuntimeVersion = (typeof runtimeVersions)[number];

interface Options {
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * The Dynamo runtime in a virtual environment of its own, installed once with pip and kept in the cache of rehearsals
 * (about 300 MB each, safe to delete). It appears there complete or not at all, so the same one may be installed twice
 * at once. pip keeps to the user's own configuration.
 *
 * @returns path of the environment's Python, which runs `-m dynamo.frontend` and `-m dynamo.mocker`
 * @throws Error where python3 is missing or older than 3.10, which the packages ask for, or pip fails; an AbortError
 *   where the signal is aborted
 */
export async function installRuntime(version: RuntimeVersion, options: Options = {}): Promise<string> {
  const requirements = join(projectDir, `rehearsal/runtime/requirements-${version}.txt`);
  const python = await findPython(options.signal);
  const hash = createHash("sha256")
    .update(JSON.stringify([await readFile(requirements, "utf8"), python]))
    .digest("hex");
  const environment = join(cacheDirectory(), `runtime-${version}-${hash.slice(0, 16)}`);
  if (!existsSync(environment)) {
    options.report?.(`installing the Dynamo runtime ${version}`);
    await install(requirements, python.path, environment, options.signal);
  }
  return join(environment, "bin", "python");
}

/** A virtual environment can't be moved, so it is made where it stays, and a link to it is made last. */
async function install(requirements: string, python: string, link: string, signal?: AbortSignal) {
  await mkdir(dirname(link), { recursive: true });
  const environment = await mkdtemp(`${link}-`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const pinned = ["--no-deps", "--only-binary", ":all:", "--requirement", requirements];
  try {
    await run(python, ["-m", "venv", environment], signal);
    await run(join(environment, "bin", "python"), [...pip, ...pinned], signal);
    await symlink(basename(environment), link);
  } catch (error) {
    await rm(environment, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // else another was faster
  }
}

interface Python {
  readonly path: string;
  readonly version: string;
}

/**
 * The interpreter itself: what PATH has may be a link, or choose one by the working directory.
 * @throws Error where it is missing, or too old for the runtime
 */
export async function findPython(signal?: AbortSignal): Promise<Python> {
  const script = "import platform, sys; print(platform.python_version()); print(sys.executable)";
  const output = await run("python3", ["-c", script], signal).catch((error) => {
    if (error.code === "ENOENT") return "none";
    throw error;
  });
  const [version = "", path = ""] = output.split("\n");
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  if (Number(major) === 3 && Number(minor) >= 10) return { path, version };
  throw new Error(
    `the Dynamo runtime needs Python 3.10 or newer as python3 on PATH (found: ${version}): install it from https://www.python.org/downloads`,
  );
}

/** Runs Python without what PYTHONPATH and the user's own folder add to it. */
async function run(python: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-I", ...args], { env: process.env, signal });
    return stdout.trim();
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== "number") throw error; // it could not be started, or was aborted
    throw new Error(`${basename(python)} ${args.join(" ")} failed:\n${`${stdout}\n${stderr}`.trim()}`);
  }
}
