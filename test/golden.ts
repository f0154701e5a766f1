/** The golden manifests of the project's stacks. A dashboard that prod and dev share is kept once, and prod's as a patch of it. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyPatch, createTwoFilesPatch, OMIT_HEADERS } from "diff";

export const golden = join(__dirname, "golden");
const shared = "dynamo/ConfigMap-dynamo-inference-dynamo.yaml";
const patch = join(golden, "prod", `${shared}.patch`);
const read = (path: string) => readFileSync(path, "utf8");

/** Copies the golden files of a stack into a folder, each whole, as `preview --out` writes them. */
export function copyGolden(stack: string, dir: string): string {
  cpSync(join(golden, stack), dir, { recursive: true });
  if (stack !== "prod") return dir;
  const whole = applyPatch(read(join(golden, "dev", shared)), read(patch));
  if (whole === false) throw new Error(`${patch} is no patch of dev's: write the golden files anew`);
  writeFileSync(join(dir, shared), whole);
  rmSync(join(dir, `${shared}.patch`));
  return dir;
}

/** Keeps of prod's dashboard, as a preview wrote it, what is not as in dev. */
export function shortenGolden(): void {
  const path = join(golden, "prod", shared);
  const [dev, prod] = [read(join(golden, "dev", shared)), read(path)];
  writeFileSync(patch, createTwoFilesPatch("", "", dev, prod, "", "", { headerOptions: OMIT_HEADERS }));
  rmSync(path);
}

/** Contents of every file in a folder, by path. */
export const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(dir.length + 1), read(path)]),
  );
