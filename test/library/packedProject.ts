/** The package as another project has it: packed, and installed in an empty folder. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
export const root = join(__dirname, "../..");

/** The first example of docs/library.md in a language. */
export function exampleIn(language: string): string {
  const page = readFileSync(join(root, "docs/library.md"), "utf8");
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(page)?.[1] ?? "";
}

/** The example that it begins with. */
export const example = exampleIn("ts");

/** Builds and packs the package into a folder. Its types are checked elsewhere. Answers with the tarball's path. */
export async function pack(folder: string): Promise<string> {
  await execute("npm", ["run", "build", "--", "--noCheck"], { cwd: root });
  const options = ["--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await execute("npm", ["pack", ...options], { cwd: root });
  return join(folder, JSON.parse(stdout)[0].filename);
}

/** An empty project in a folder of its own, with the package unpacked and its dependencies those of this project. */
export async function linkedProject(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  const tarball = await pack(folder);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), "@types/node"]) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
  const unpacked = join(folder, "node_modules/pulumi-dynamo");
  mkdirSync(unpacked);
  await execute("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  return folder;
}

/** Compiles programs there, as strictly as TypeScript does, each by its name. Answers with the compiler's complaints. */
export async function compile(folder: string, programs: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, `${name}.ts`), text);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const files = Object.keys(programs).map((name) => `${name}.ts`);
  const options = ["--strict", "--module", "nodenext", "--skipLibCheck", "--types", "node", ...files];
  return execute(process.execPath, [tsc, ...options], { cwd: folder }).then(
    () => "",
    ({ stdout }) => stdout,
  );
}

/** Runs a script there. */
export async function runThere(
  folder: string,
  script: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  writeFileSync(join(folder, "run.js"), script);
  const { stdout } = await execute(process.execPath, ["run.js"], { cwd: folder, env });
  return stdout;
}
