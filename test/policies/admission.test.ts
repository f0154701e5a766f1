/** The GPU limits as admission policies, as `npm run check` prints them. That they hold is tried on a real API server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../commands/command";
import { admissionFile, type Emitted, emitting, inOneFile, objectsOf } from "./emitted";

const folder = mkdtempSync(join(tmpdir(), "admission-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function emitted(...options: readonly string[]): Promise<Emitted[]> {
  const { code, stdout } = await run("check", ...emitting(...options));
  expect(code).toBe(0);
  return objectsOf(stdout);
}

function settings(content: object): string {
  const file = join(folder, "team.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test("a stack's hold in the namespace of its graphs", async () => {
  const objects = await emitted("--stack", "prod");
  const names = ["gpu-budget", "gpu-limits", "gpu-kinds"].map((rule) => `${rule}.prod.dynamo-guard`);
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(names.flatMap((name) => [name, name]));
  for (const { kind, metadata, spec } of objects)
    if (kind === "ValidatingAdmissionPolicyBinding")
      expect(spec).toEqual({
        policyName: metadata.name,
        validationActions: ["Deny"],
        matchResources: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "dynamo" } },
        },
      });
  const limits = objects.flatMap(({ spec }) => spec.validations ?? []).map(({ expression }) => expression);
  expect(limits.slice(0, 3)).toEqual([
    "variables.total <= 80",
    "variables.largestPod <= 8",
    "variables.largestComponent <= 64",
  ]);
});

test("what the API server is given is what was tried there", async () => {
  expect(inOneFile(await emitted("--stack", "prod"))).toBe(readFileSync(admissionFile, "utf8"));
});

test("those of a file hold everywhere, each by its level", async () => {
  const file = settings({
    "gpu-budget": "disabled",
    "gpu-limits": { perPod: 1, enforcementLevel: "advisory" },
  });
  const objects = await emitted("--policy-config", file);
  expect(objects.map(({ metadata }) => metadata.name.split(".", 2).join())).toEqual([
    ...Array(2).fill("gpu-limits,team"),
    ...Array(2).fill("gpu-kinds,team"),
  ]);
  expect(objects.map(({ spec }) => spec.validationActions?.join())).toEqual([
    undefined,
    "Warn,Audit",
    undefined,
    "Deny",
  ]);
  for (const { spec } of objects) expect(spec).not.toHaveProperty("matchResources");
});

test("manifests beside it are refused", async () => {
  const { code, stderr } = await run("check", "--emit-admission-policy", "manifests/");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/looks at no manifests: leave out the paths/),
  });
});

test("where every rule of GPUs is disabled, that is told in place of nothing", async () => {
  const path = settings({ all: "disabled" });
  const { code, stdout, stderr } = await run("check", "--emit-admission-policy", "--policy-config", path);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /^error: .* nothing to print: gpu-budget, gpu-limits and gpu-kinds are disabled\n$/,
    ),
  });
});

test("a file whose name no object may have names the policies all the same", async () => {
  const path = join(folder, "eu.GPU__limits (2).json");
  writeFileSync(path, "{}");
  for (const { metadata } of await emitted("--policy-config", path))
    expect(metadata.name).toMatch(/^gpu-[a-z]+\.eu\.gpu-limits-2\.dynamo-guard$/);
});

test("names that a setting has can't end a text of CEL", async () => {
  const kind = `a'b/"c\\`;
  const objects = await emitted("--policy-config", settings({ "gpu-kinds": { resources: [kind] } }));
  const [validation] =
    objects.find(({ metadata }) => metadata.name.startsWith("gpu-kinds"))?.spec.validations ?? [];
  expect(validation?.expression).toContain(`k in [${JSON.stringify(kind)}]`);
});

test("each variable is known before it is read, and an object has room for them", async () => {
  for (const object of await emitted()) {
    const known = new Set<string>();
    for (const { name, expression } of object.spec.variables ?? []) {
      for (const [, read = ""] of expression.matchAll(/variables\.(\w+)/g)) expect(known).toContain(read);
      known.add(name);
    }
    expect(JSON.stringify(object).length).toBeLessThan(100_000);
  }
});
