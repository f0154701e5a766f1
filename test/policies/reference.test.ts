/** Each rule's example in docs/policies.md, as a stack's file in policies/config/ may have it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePolicyFile } from "../../commands/preview/policyFile";
import { effective } from "../../commands/preview/policySettings";
import { projectDir } from "../../config/project";
import { rules } from "../../policies/rules";

const examples = parsePolicyFile(readFileSync(join(projectDir, "docs/policy-examples.json"), "utf8"));
const page = readFileSync(join(projectDir, "docs/policies.md"), "utf8");

test.each(rules)("$name has one, of its settings or another level", (rule) => {
  const { name, configSchema, enforcementLevel } = rule;
  const { level, config } = effective(rule, { file: undefined, byRule: examples });
  const { enforcementLevel: _, ...settings } = config;
  const properties = configSchema?.properties ?? {};
  expect(Object.keys(settings)).toEqual(Object.keys(properties));
  for (const [setting, value] of Object.entries(settings))
    expect(value).not.toEqual(properties[setting]?.default);
  expect(examples[name]).toBeDefined();
  if (Object.keys(settings).length === 0) expect(level).not.toBe(enforcementLevel);
});

test("what the page shows can be used", () => {
  const shown = [...page.matchAll(/```json\n(.*)\n```/g)].map(([, text = ""]) => text);
  expect(shown).toHaveLength(rules.length);
  for (const text of shown) expect(examples).toMatchObject(parsePolicyFile(text));
});
