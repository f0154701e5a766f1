import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../commands/cli/userError";
import type { PolicyRule } from "../../../commands/preview/policyFile";
import { effective, readPolicySettings } from "../../../commands/preview/policySettings";
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

test.each([
  ["an unknown rule", { "gpu-bugdet": "disabled" }, /✖ is no rule: write gpu-budget → at gpu-bugdet$/],
  ["a rule like none", { speed: "disabled" }, /✖ is no rule: write one of all, gpu-budget, .* → at speed$/],
  [
    "an unknown setting",
    { "gpu-budget": { gpu: 4 } },
    /✖ is no setting of gpu-budget: write gpus → at gpu-budget.gpu$/,
  ],
  [
    "a setting where there is none",
    { "whole-gpus": { gpus: 4 } },
    /✖ is no setting of whole-gpus: write one of enforcementLevel, or remove it → at whole-gpus.gpus$/,
  ],
  ["a setting of all", { all: { gpus: 4 } }, /✖ is no setting of all: .* → at all.gpus$/],
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
    /✖ must be a text, found 1: write "1" → at images.registries.0$/,
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
    /used: \n✖ [^\n]+ → at images\n✖ is no rule: write gpu-limits → at gpu-limit\n✖ [^\n]+ → at gpu-budget.gpu\n✖ [^\n]+ → at gpu-budget.gpus$/,
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
  expect(attempt).toThrow(/settings in \S*missing\.json can't be used: ENOENT/);
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
