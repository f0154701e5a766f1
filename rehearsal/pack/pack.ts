/** A folder from which a machine without a network, Go or Node rehearses. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { projectDir } from "../../config/project";
import { onPath } from "../onPath";
import { buildTools, packedPrograms, rehearsalTools, serverTools } from "../tools";
import { packedEntries, packedPackages, runScript, wheelArgs } from "./contents";

interface PackOptions {
  /** Requirements file of pip, whose wheels go along. @default none */
  readonly wheels?: string | undefined;
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Writes a pack: programs without their symbols, Node, the project as it is here with its stacks, the packages that it
 * needs, wheels. `./run` in it takes what `npm run` takes.
 * @throws Error where the folder has something in it, or a part can't be had
 */
export async function writePack(folder: string, { wheels, report, signal }: PackOptions = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new Error(`${folder} is not empty: name a folder that is not there`);
  const tools = await buildTools([...rehearsalTools, ...serverTools], { report, signal });
  report?.("copying programs, the project and its packages");
  const bin = join(folder, "bin");
  await mkdir(bin);
  for (const program of [...new Set(Object.values(tools)), process.execPath]) {
    signal?.throwIfAborted();
    await copyStripped(program, join(bin, basename(program)));
  }
  await copyProject(join(folder, "project"));
  if (wheels !== undefined) {
    report?.(`fetching the wheels of ${wheels}`);
    await promisify(execFile)("python3", wheelArgs(wheels, join(folder, "wheels")), { signal }).catch(
      ({ stderr, message }) => {
        signal?.throwIfAborted();
        throw new Error(
          `the wheels can't be had: ${String(stderr || message)
            .trim()
            .split("\n")
            .at(-1)}`,
        );
      },
    );
  }
  await writeFile(join(folder, "run"), runScript(packedPrograms), { mode: 0o755 });
}

/** Symbols are a third of Go's programs. */
async function copyStripped(from: string, to: string): Promise<void> {
  if (!onPath("strip")) return copyFile(from, to);
  await promisify(execFile)("strip", ["-o", to, from]).catch(() => copyFile(from, to));
}

async function copyProject(to: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(projectDir, "package-lock.json"), "utf8"));
  const entries = packedEntries(await readdir(projectDir), relative(projectDir, to));
  for (const path of [...entries, ...packedPackages(lock), "node_modules/.package-lock.json"]) {
    const from = join(projectDir, path);
    if (!existsSync(from)) continue; // an optional package of another platform
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(from, join(to, path), { recursive: true });
  }
}
