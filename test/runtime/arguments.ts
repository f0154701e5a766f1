/** What the parsers of released Dynamo runtimes say to the commands of containers. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "../../rehearsal/cacheDirectory";

/** Releases whose parsers are asked: the last of each line to 1.0, and of every second line since. */
export const parserVersions = ["0.7.1", "0.8.1", "0.9.1", "1.0.2", "1.2.1", "1.4.2", "1.6.1"] as const;
export type ParserVersion = (typeof parserVersions)[number];

interface Options {
  readonly report?: (line: string) => void;
}

/**
 * What the parsers of a release say against commands of its frontend, mocker, planner and workers.
 *
 * They are the release's own, with the names and values of Dynamo's options and the rules about them. Of the options of
 * vLLM and SGLang, which are not installed, those that `arguments_engines.py` lists are taken with values of the right type, and
 * any other is refused. That an engine of the release knows them, or can run with them, is not proven.
 *
 * The packages are fetched once with pip and kept in the cache of rehearsals (100 to 250 MB for a release, safe to
 * delete).
 *
 * @param commands each the `command` and `args` of a container: `python3 -m …`, or `/bin/sh -c` with such a line
 * @returns for each what is said against it, or undefined where it is taken
 * @throws Error where python3 or its pip is missing or fails, or a parser does for another reason than the arguments
 */
export async function refusals(
  version: ParserVersion,
  commands: readonly (readonly string[])[],
  options: Options = {},
): Promise<(string | undefined)[]> {
  const packages = await installPackages(version, options);
  const said = await run(["-IB", join(__dirname, "arguments.py"), packages], JSON.stringify(commands));
  return (JSON.parse(said) as (string | null)[]).map((refusal) => refusal ?? undefined);
}

/** Folder of a release's packages, as pip unpacks them. It appears complete or not at all. */
export async function installPackages(version: ParserVersion, { report }: Options = {}): Promise<string> {
  const requirements = join(__dirname, "arguments-requirements.txt");
  const key = [await readFile(requirements, "utf8"), await run(["-VV"])]; // some are built for one Python
  const hash = createHash("sha256").update(JSON.stringify(key)).digest("hex");
  const folder = join(cacheDirectory(), `packages-${version}-${hash.slice(0, 16)}`);
  if (existsSync(folder)) return folder;

  report?.(`fetching the packages of Dynamo ${version}`);
  await mkdir(cacheDirectory(), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  try {
    await run([
      ...["-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"],
      ...["--no-deps", "--only-binary", ":all:", "--target", unfinished, "--requirement", requirements],
      ...[`ai-dynamo==${version}`, `ai-dynamo-runtime==${version}`],
    ]);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another was faster
  }
  return folder;
}

/** Runs python3 without what the user's env says about Dynamo, which its parsers read. */
async function run(args: readonly string[], input = ""): Promise<string> {
  const dynamo = /^(DYN|NATS|ETCD|VLLM|SGLANG)_/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !dynamo.test(name)));
  // Without the second the parser of vLLM workers looks for an address that others can reach.
  const quiet = { DYN_LOG: "off", VLLM_NIXL_SIDE_CHANNEL_HOST: "127.0.0.1" };
  try {
    const running = promisify(execFile)("python3", args, { env: { ...env, ...quiet } });
    running.child.stdin?.end(input);
    return (await running).stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") throw new Error("Dynamo's parsers need Python 3.10 or newer as python3 on PATH");
    throw new Error(`python3 ${args.join(" ")} failed:\n${stderr.trim()}`);
  }
}
