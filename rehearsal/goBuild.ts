import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** A go.work above the repository, or flags of the user's own, would build something else than what is pinned. */
const goEnvironment = { ...process.env, GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" };

/**
 * Output of `go version` in a module's directory, where Go picks the toolchain that the module asks for.
 *
 * @throws Error that says what to install where that is older than 1.26, or Go is missing
 */
export async function goVersion(directory: string): Promise<string> {
  const found = await promisify(execFile)("go", ["version"], { cwd: directory, env: goEnvironment }).then(
    ({ stdout }) => stdout.trim(),
    (error) => (error.code === "ENOENT" ? "go is not on PATH" : String(error.stderr ?? error.message).trim()),
  );
  const [, major, minor] = /^go version go(\d+)\.(\d+)/.exec(found) ?? [];
  if (Number(major) === 1 && Number(minor) >= 26) return found;
  throw new Error(
    `Go 1.26 or newer builds the programs that a rehearsal runs (${found}): install it from https://go.dev/dl`,
  );
}

/** One Go program to build. */
export interface Build {
  /** Directory of the Go module. */
  readonly directory: string;
  readonly package: string;
  readonly flags: readonly string[];
  /** File that the program is built to. */
  readonly binary: string;
}

/** Number of times that modules are asked for. */
const downloads = 3;

/**
 * Builds one Go program. The binary appears at its path complete or not at all, so builds of the same one may run at
 * once. Aborting ends Go and the compilers that it started.
 */
export async function goBuild(build: Build, signal?: AbortSignal): Promise<void> {
  const { directory, binary } = build;
  await mkdir(dirname(binary), { recursive: true });
  const workspace = await mkdtemp(join(dirname(binary), ".building-"));
  const go = (...args: string[]) => runGo(args, { directory, workspace, signal });
  try {
    const output = join(workspace, basename(binary));
    // A network that fails now and then would fail the build: what was fetched stays for the next try.
    for (let tries = 1; ; tries++) {
      const failure = await go("mod", "download").catch((error: Error) => error);
      if (!failure) break;
      if (signal?.aborted || tries === downloads) throw failure;
    }
    await go("build", ...build.flags, "-o", output, build.package);
    await rename(output, binary);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

interface GoOptions {
  readonly directory: string;
  /** For temporary files. */
  readonly workspace: string;
  readonly signal?: AbortSignal;
}

/** @throws Error with what Go says where it fails; the signal's reason where it is aborted */
async function runGo(args: readonly string[], { directory, workspace, signal }: GoOptions): Promise<void> {
  signal?.throwIfAborted();
  const go = spawn("go", args, {
    cwd: directory,
    env: { ...goEnvironment, GOTMPDIR: workspace },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const abort = () => {
    if (go.pid && go.exitCode === null) process.kill(-go.pid, "SIGKILL");
  };
  signal?.addEventListener("abort", abort);
  let messages = "";
  go.stderr.setEncoding("utf8").on("data", (text) => {
    messages += text;
  });
  const [code] = await once(go, "close").finally(() => signal?.removeEventListener("abort", abort));
  signal?.throwIfAborted();
  if (code !== 0) throw new Error(`go ${args.join(" ")} failed:\n${messages.trim()}`);
}
