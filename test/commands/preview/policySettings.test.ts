import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../commands/cli/userError";
import { effective, readPolicySettings } from "../../../commands/preview/policySettings";
import type { PolicyRule } from "../../../policies/rule";
import { rules } from "../../../policies/rules";

const folder = mkdtempSync(join(tmpdir(), "policies-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rule = (name: string) => rules.find((one) => one.name === name) as PolicyRule;

/** Reads settings that a file of this content makes. */
function read(content: object | string) {
  const file = join(folder, "settings.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return readPolicySettings("dev", file);
}

describe("which file is read", () => {
  test("a stack without one has every rule's defaults", () => {
    expect(readPolicySettings("nope")).toEqual({ file: undefined, byRule: {} });
  });

  test.each(["dev", "prod"])("%s has one, which can be used", (stack) => {
    const settings = readPolicySettings(stack);
    expect(settings.file).toBe(`policies/config/${stack}.json`);
    expect(settings.byRule["gpu-budget"]).toEqual({ gpus: expect.any(Number) });
  });

  test("one that is named goes before the stack's", () => {
    const { file, byRule } = read({ images: "advisory" });
    expect(file).toMatch(/settings\.json$/);
    expect(byRule).toEqual({ images: "advisory" });
  });
});

test.each<[what: string, content: string | object, message: RegExp]>([
  ["an unknown rule", { "gpu-bugdet": "disabled" }, /✖ is no rule: write gpu-budget → at gpu-bugdet$/],
  ["a rule like none", { speed: "disabled" }, /✖ is no rule: write one of all, gpu-budget, .* → at speed$/],
  [
    "an unknown setting",
    { "gpu-budget": { gpu: 4 } },
    /✖ is not a setting: write gpus, or remove it → at gpu-budget.gpu$/,
  ],
  [
    "a setting where there is none",
    { "whole-gpus": { gpus: 4 } },
    /✖ is not a setting: remove it, or write one of enforcementLevel → at whole-gpus.gpus$/,
  ],
  ["a setting of all", { all: { gpus: 4 } }, /✖ is not a setting: .* → at all.gpus$/],
  [
    "an unknown level",
    { images: "mandatroy" },
    /✖ must be "advisory" or "mandatory" .*found "mandatroy" → at images$/,
  ],
  ["an unknown level among settings", { images: { enforcementLevel: "off" } }, /at images.enforcementLevel$/],
  [
    "a wrong value",
    { "gpu-budget": { gpus: "4" } },
    /✖ must be a whole number, found "4" → at gpu-budget.gpus$/,
  ],
  [
    "a wrong value in a list",
    { images: { registries: [1] } },
    /✖ must be a text, found 1: write "1" → at images.registries\[0\]$/,
  ],
  // Settings that nothing could match.
  [
    "a range without ports",
    { "node-ports": { lowest: 32000, highest: 31000 } },
    /leaves no port.* → at node-ports.lowest$/,
  ],
  ["a port that no service has", { "node-ports": { reserved: [65536] } }, /→ at node-ports.reserved\[0\]$/],
  [
    "an object without its kind",
    { "pod-security": { allowed: ["dcgm-exporter"] } },
    /must be a kind and a name/,
  ],
  [
    "a directory that ends with a slash",
    { "pod-security": { hostPaths: ["/data/"] } },
    /without a slash at its end/,
  ],
  ["a directory from nowhere", { "pod-security": { hostPaths: ["data"] } }, /must be a directory/],
  [
    "a capability by the kernel's name",
    { "pod-security": { capabilities: ["CAP_SYS_PTRACE"] } },
    /as pods name it/,
  ],
  ["a registry's address", { images: { registries: ["https://nvcr.io/nvidia"] } }, /must be a registry/],
  [
    "a registry that ends with a slash",
    { images: { registries: ["nvcr.io/nvidia/"] } },
    /must be a registry/,
  ],
  ["an image for a registry", { images: { registries: ["nvcr.io/nvidia/vllm:1.4"] } }, /must be a registry/],
  [
    "a label that no object can have",
    { "owner-labels": { labels: { "the team": "a" } } },
    /must be the key of a label/,
  ],
  [
    "memory without a unit",
    { "gpu-memory": { gpuMemory: "80" } },
    /must be the memory of a GPU, such as "80Gi"/,
  ],
  [
    "a kind without its group",
    { "gpu-budget": { allowedKinds: { RayCluster: 1 } } },
    /must be a group and a kind/,
  ],
  ["a number", { images: 4 }, /✖ must be a level \(.*\), or an object with settings → at images$/],
  ["a list", [], /must be an object, such as \{ "gpu-budget"/],
  ["what every object has", '{ "__proto__": "disabled" }', /✖ is no rule/],
  [
    "a rule that is there twice",
    '{ "images": "mandatory", "images": "disabled" }',
    /Map keys must be unique/,
  ],
  [
    "several mistakes at once",
    { images: 4, "gpu-limit": "disabled", "gpu-budget": { gpus: -1, gpu: 2 } },
    /used: \n✖ [^\n]+ → at images\n✖ is no rule: write gpu-limits → at gpu-limit\n✖ [^\n]+ → at gpu-budget.gpus\n✖ [^\n]+ → at gpu-budget.gpu$/,
  ],
  ["no JSON", "images: disabled", /not valid JSON/],
  ["an empty file", "", /JSON/],
])("%s is refused in words", (_, content, message) => {
  const attempt = () => read(content);
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(message);
  expect(attempt).toThrow(/the policies' settings in \S*settings\.json can't be used: /);
  expect(attempt).not.toThrow(/^\s+at \S+ \(|Error:/m);
});

test("a file that is not there is refused by its name", () => {
  const attempt = () => readPolicySettings("dev", join(folder, "missing.json"));
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(/settings in \S*missing\.json can't be used: it is not there/);
});

describe("how a rule is applied", () => {
  const images = rule("images");
  const quota = rule("gpu-quota");
  const level = (one: PolicyRule, content: object) => effective(one, read(content)).level;

  test("by default at its own level, without settings", () => {
    expect(effective(images, read({}))).toEqual({ level: "mandatory", config: {} });
    expect(level(quota, {})).toBe("advisory");
    expect(level(rule("owner-labels"), {})).toBe("remediate");
  });

  test("a level for all goes before the rule's default", () => {
    expect(level(quota, { all: "mandatory" })).toBe("mandatory");
    expect(level(quota, { all: { enforcementLevel: "disabled" } })).toBe("disabled");
  });

  test("a level of its own goes before one for all", () => {
    expect(level(images, { all: "disabled", images: "advisory" })).toBe("advisory");
    expect(level(images, { all: "disabled", images: { enforcementLevel: "mandatory" } })).toBe("mandatory");
    expect(level(quota, { all: "disabled", images: "mandatory" })).toBe("disabled");
  });

  test("settings alone leave the level to others", () => {
    expect(effective(images, read({ images: { digests: true } }))).toEqual({
      level: "mandatory",
      config: { digests: true },
    });
    expect(level(images, { all: "advisory", images: { digests: true } })).toBe("advisory");
  });

  test("it can be disabled", () => {
    expect(level(images, { images: "disabled" })).toBe("disabled");
  });
});
