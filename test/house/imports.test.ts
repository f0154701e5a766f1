/** Data flows one way: a room imports from the rooms above it, and no file imports itself by way of others. */
import { readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../..");

/** From the top of the house to its ground floor. What only tests reach is in test/. */
const rooms = [
  "config",
  "gpus",
  "plan",
  "dashboards",
  "preflight",
  "components",
  "library",
  "index.ts",
  "policies",
  "rehearsal",
  "commands",
  "bench",
  "test",
];

const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const files = ts
  .parseJsonConfigFileContent(config, ts.sys, root)
  .fileNames.map((file) => relative(root, file));

/** Files of the project that a file imports, types too. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), "utf8"));
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [];
    const path = normalize(join(dirname(file), fileName));
    return files.find((one) => [path, `${path}.ts`, join(path, "index.ts")].includes(one)) ?? [];
  });
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));
const roomOf = (file: string) => file.split("/")[0] ?? "";

test("every file is in a room of the house", () => {
  expect(files.filter((file) => !rooms.includes(roomOf(file)))).toEqual([]);
});

test("no room imports from one below it", () => {
  const upward = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => rooms.indexOf(roomOf(target)) > rooms.indexOf(roomOf(file)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(upward).toEqual([]);
});

test("nothing imports in a circle", () => {
  expect(circles()).toEqual([]);
});

/** Each circle of imports that a walk from any file meets, as the files on it. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}
