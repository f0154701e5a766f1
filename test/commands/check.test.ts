import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { projectDir } from "../../config/project";
import { processOf, run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "check-"));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

const service = "apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: b }\nspec: {}\n";
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "sneaky", namespace: "b" },
  spec: {
    containers: [{ name: "a", image: "nats:2.14.5", resources: { limits: { "nvidia.com/gpu": 64 } } }],
  },
};

test("manifests without a violation end with 0", async () => {
  expect(await run("check", file("good.yaml", service))).toMatchObject({
    code: 0,
    stdout: "0 GPUs, no violations (policies/config/dev.json)\n",
  });
});

test("standard input that is written slowly is read to its end", async () => {
  const pipe = join(dir, "pipe");
  execFileSync("mkfifo", [pipe]);
  const input = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const output = openSync(pipe, constants.O_WRONLY);
  const child = spawn(process.execPath, processOf("check", "-"), { stdio: [input, "pipe", "inherit"] });
  const printed = text(child.stdout as Readable);
  setTimeout(() => writeSync(output, service.slice(0, 20)), 700);
  setTimeout(() => [writeSync(output, service.slice(20)), closeSync(output)], 900);
  expect(await printed).toBe("0 GPUs, no violations (policies/config/dev.json)\n");
  closeSync(input);
});

test("a file's name in place of its stack's ends with 2: its policies would be passed over", async () =>
  expect(await run("check", "--stack", "Pulumi.dev.yaml", file("good.yaml", service))).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: "Pulumi.dev.yaml" is the name of a file, and not that of its stack: write --stack dev\n`,
  }));

test.each([
  ["JSON", "pod.json", JSON.stringify(pod)],
  ["several documents", "pod.yaml", `${service}---\n${JSON.stringify(pod)}\n---\n`],
  [
    "a list, as kubectl prints it",
    "list.yaml",
    JSON.stringify({ apiVersion: "v1", kind: "List", items: [pod] }),
  ],
])("a violation in %s ends with 1, and is told", async (_, name, content) => {
  const { code, stdout } = await run("check", file(name, content));
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringContaining("64 by sneaky of Pod b/sneaky"),
  });
});

test("a folder, as JSON, SARIF and a table", async () => {
  file("pod.json", JSON.stringify(pod));
  const outside = expect.objectContaining({
    rule: "gpus-outside-graphs",
    object: "Pod b/sneaky",
    file: join(dir, "pod.json"),
  });
  const { gpus, violations } = JSON.parse((await run("check", "--json", join(dir, "pod.json"))).stdout);
  expect(gpus).toBe(64);
  expect(violations).toEqual(expect.arrayContaining([outside]));
  const { runs } = JSON.parse((await run("check", "--sarif", dir)).stdout);
  expect(runs[0].results).toEqual(
    expect.arrayContaining([expect.objectContaining({ ruleId: "gpu-budget", level: "error" })]),
  );
  const { stdout } = await run("check", "--markdown", dir);
  expect(stdout).toContain("| gpu-budget | mandatory |");
  expect(stdout).toMatch(/\n\n\d+ GPUs, \d+ violations \(policies\/config\/dev.json\)\n$/);
  const good = await run("check", "--markdown", file("good.yaml", service));
  expect(good.stdout).toBe("0 GPUs, no violations (policies/config/dev.json)\n");
});

test("SARIF names files from the repository's folder, and others by their address", async () => {
  const within = mkdtempSync(join(projectDir, "test/check-"));
  const path = join(within, "a pod.json");
  writeFileSync(path, JSON.stringify(pod));
  const placesOf = async (...paths: string[]) => {
    const { runs } = JSON.parse((await run("check", "--sarif", ...paths)).stdout);
    const results: { locations: [{ physicalLocation: { artifactLocation: { uri: string } } }] }[] =
      runs[0].results;
    return [...new Set(results.map(({ locations: [one] }) => one.physicalLocation.artifactLocation.uri))];
  };
  const places = await placesOf(path);
  rmSync(within, { recursive: true });
  expect(places).toEqual([`${relative(projectDir, within)}/a%20pod.json`]);
  const outside = file("a pod.json", JSON.stringify(pod));
  expect(await placesOf(outside)).toEqual([pathToFileURL(outside).href]);
  rmSync(outside);
});

test("links in a folder are followed, each file once, and none for ever", async () => {
  const folder = join(dir, "links");
  const data = join(folder, "..data"); // as a ConfigMap's volume has it
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "pod.json"), JSON.stringify(pod));
  symlinkSync("..data/pod.json", join(folder, "pod.json"));
  symlinkSync("..", join(data, "loop"));
  symlinkSync(file("elsewhere.YAML", service), join(folder, "service.yml"));
  const { stdout } = await run("check", "--json", folder);
  expect(JSON.parse(stdout).gpus).toBe(64);
  symlinkSync("nowhere", join(folder, "lost.yaml"));
  expect(await run("check", folder)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^error: .*lost\.yaml is a link that leads nowhere: mend it, or remove it\n$/,
    ),
  });
});

test.each([
  ["no path", [], /^error: name files, folders, or - for standard input\n$/],
  ["an option that is not known", ["--jsn", "."], /^error: unknown option '--jsn'/],
  [
    "settings that are not there",
    ["--policy-config", join(dir, "no.json"), "."],
    /^error: the policies' settings in /,
  ],
])("%s ends with 2, as 1 says that a rule is violated", async (_, args, words) => {
  const { code, stderr } = await run("check", ...args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
});

test("a misspelt stack is told, whose policies are the defaults", async () => {
  const { code, stderr } = await run("check", "--stack", "prdo", file("good.yaml", service));
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'warning: there is no stack "prdo", only dev, prod: the policies\' defaults hold\n',
  });
});

test.each([
  ["UTF-16", Buffer.from(`\ufeff${JSON.stringify(pod)}`, "utf16le"), /in another encoding than utf-8/],
  ["UTF-16 without a mark", Buffer.from(JSON.stringify(pod), "utf16le"), /in another encoding than utf-8/],
  ["an alias within itself", "kind: Pod\nmetadata: &m\n  x: *m\n", /an alias in it is within itself/],
  [
    "what is nested without an end",
    `kind: Pod\na: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`,
    /it is nested too deep/,
  ],
  [
    "documents one after another",
    `${JSON.stringify(pod)}\n${JSON.stringify(pod)}\n`,
    /a line --- between documents/,
  ],
])("%s ends with 2, and says what to do", async (_, content, words) => {
  const path = join(dir, "odd.yaml");
  writeFileSync(path, content);
  const { code, stderr } = await run("check", path);
  rmSync(path);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
});

test.each([
  ["what is not there", "nothing.yaml", undefined],
  ["broken YAML", "broken.yaml", "a: [\n"],
  ["values of a chart", "values.yaml", "replicas: 2\n"],
  ["an object without a version", "bare.yaml", "kind: Pod\n"],
])("%s ends with 2", async (_, name, content) => {
  const path = content === undefined ? join(dir, name) : file(name, content);
  const { code, stderr } = await run("check", path);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error: .+\n$/) });
  rmSync(path, { force: true });
});
