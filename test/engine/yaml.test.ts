/** The project's reading of YAML beside `pulumi config --json` of the real CLI. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { readStack } from "../../config/project";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { files, readings, refusedByPulumi, refusedFiles } from "../config/yamlTraps";
import { pickBy, random, seed } from "../random";

const run = promisify(execFile);
let dir: string;
let pulumi: (...args: string[]) => Promise<string>;

beforeAll(async () => {
  const tools = await buildTools(rehearsalTools, { report: console.log });
  dir = await mkdtemp(join(tmpdir(), "yaml-"));
  const env = {
    ...process.env,
    PATH: `${dirname(tools.pulumi)}:${process.env.PATH}`,
    PULUMI_BACKEND_URL: `file://${dir}`,
    PULUMI_HOME: join(dir, "home"),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  pulumi = async (...args) => (await run(tools.pulumi, args, { cwd: dir, env })).stdout;
  await writeFile(join(dir, "Pulumi.yaml"), "name: dynamo\nruntime: nodejs\nconfig: {}\n");
  await pulumi("stack", "init", "test");
}, 1_800_000);
afterAll(() => rm(dir, { recursive: true }));

interface PulumiValue {
  readonly value: string;
  readonly objectValue?: unknown;
}

/** Values by full key, as Pulumi reads a file. Go escapes in JSON what browsers could take for HTML. */
async function byPulumi(yaml: string): Promise<Record<string, string>> {
  await writeFile(join(dir, "Pulumi.test.yaml"), yaml);
  const values: Record<string, PulumiValue> = JSON.parse(await pulumi("config", "--json", "--stack", "test"));
  return Object.fromEntries(
    Object.entries(values).map(([key, { value, objectValue }]) => [
      key,
      objectValue === undefined
        ? value
        : value.replace(/\\u(003c|003e|0026)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
    ]),
  );
}

async function compare(yaml: string): Promise<void> {
  const found = await byPulumi(yaml);
  expect(readStack("test", dir).config).toEqual(found);
}

test("every value of the table, at the top and within an object", async () => {
  const lines = readings.map(([yaml], i) => `  a:top${i}: ${yaml}\n  a:within${i}: { v: ${yaml} }\n`);
  const found = await byPulumi(`config:\n${lines.join("")}`);
  expect(readStack("test", dir).config).toEqual(found);
  for (const [i, [, json]] of readings.entries()) expect(found[`a:within${i}`]).toBe(`{"v":${json}}`);
});

test.each(files.filter((_, i) => i % 4 === 0))("the file %j", compare);

test.each(
  [...refusedByPulumi.map((yaml) => `config:\n  a:b: { v: ${yaml} }\n`), ...refusedFiles].filter(
    (_, i) => i % 6 === 0,
  ),
)("Pulumi refuses %j", (yaml) => expect(byPulumi(yaml)).rejects.toThrow("error: "));

test(`values of the table put together at random (SEED=${seed})`, async () => {
  const next = random(seed);
  const pick = pickBy(next);
  const scalars = readings
    .map(([yaml]) => yaml)
    .filter((yaml) => yaml !== "" && yaml !== "!!str" && !/[&*]/.test(yaml));
  const keys = ["a", "b", '"c"', "017", "1", "true", "yes", "0x1F", "k-e_y", "2026-11-28", "'10'"];
  const some = <T>(most: number, make: () => T) =>
    Array.from({ length: Math.floor(next() * (most + 1)) }, make);
  const flow = (depth: number): string => {
    if (depth === 0 || next() < 0.4) return pick(scalars);
    if (next() < 0.3) return `[${some(3, () => flow(depth - 1)).join(", ")}]`;
    const own = [...new Set(some(4, () => pick(keys)))].map((key) => `${key}: ${flow(depth - 1)}`);
    const merged =
      next() < 0.3 ? [`<<: ${pick(["*m", "[*m, *n]", "{ a: 08, z: .5 }", "[*n, { b: ~ }]"])}`] : [];
    return `{ ${[...merged, ...own].sort(() => next() - 0.5).join(", ")} }`;
  };
  const block = (depth: number, indent: string): string => {
    if (depth === 0 || next() < 0.3) return ` ${flow(2)}\n`;
    const items = [...new Set(some(4, () => pick(keys)))];
    if (items.length === 0) return " |-\n".concat(`${indent}  017\n`);
    return `\n${items.map((key) => `${indent}  ${key}:${block(depth - 1, `${indent}  `)}`).join("")}`;
  };
  const values = Array.from({ length: 60 }, (_, i) => `  a:k${i}:${block(3, "  ")}`);
  await compare(
    `x-m: &m { a: 017, "b": 1_000 }\nx-n: &n { b: yes, <<: *m, c: 0o17 }\nconfig:\n${values.join("")}`,
  );
});
