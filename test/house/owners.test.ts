/** Whoever may change what the policies count by could lift any limit: all of it has owners of its own. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../..");
const owned = readFileSync(join(root, ".github/CODEOWNERS"), "utf8")
  .split("\n")
  .flatMap((line) => /^\/(\S+)\s+@/.exec(line)?.[1] ?? []);

/** A file, and all that it imports of the project. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8")).importedFiles)
    if (fileName.startsWith("."))
      reached(
        ts.resolveModuleName(fileName, file, {}, ts.sys).resolvedModule?.resolvedFileName ??
          join(dirname(file), fileName),
        seen,
      );
  return seen;
}

test("all files by which the policies judge have owners", () => {
  const files = [...reached(join(root, "policies/index.ts"))].map((file) => relative(root, file));
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => !owned.some((path) => file.startsWith(path)))).toEqual([]);
});
