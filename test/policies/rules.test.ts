import { readdirSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../policies/rules";
import * as cost from "./cases/cost";
import * as discovery from "./cases/discovery";
import * as encryption from "./cases/encryption";
import * as gpus from "./cases/gpus";
import * as images from "./cases/images";
import * as inPlace from "./cases/inPlace";
import * as labels from "./cases/labels";
import * as limits from "./cases/limits";
import * as memory from "./cases/memory";
import * as parallelism from "./cases/parallelism";
import * as podMonitors from "./cases/podMonitors";
import * as pods from "./cases/pods";
import * as secrets from "./cases/secrets";
import * as servers from "./cases/servers";
import * as services from "./cases/services";
import * as strayGpus from "./cases/strayGpus";
import { type Case, judge, type Rule, withUnknowns } from "./judge";

const table: Readonly<Record<string, readonly Case[]>> = {
  ...cost.cases,
  ...discovery.cases,
  ...encryption.cases,
  ...gpus.cases,
  ...images.cases,
  ...inPlace.cases,
  ...labels.cases,
  ...limits.cases,
  ...memory.cases,
  ...parallelism.cases,
  ...podMonitors.cases,
  ...pods.cases,
  ...secrets.cases,
  ...servers.cases,
  ...services.cases,
  ...strayGpus.cases,
};

test("every rule is in the table, and nothing else", () => {
  expect(Object.keys(table).sort()).toEqual(rules.map(({ name }) => name).sort());
});

test("every file of the pack's rules exports one rule, and that is in its list", () => {
  const folder = join(__dirname, "../../policies/rules");
  const exported = readdirSync(folder)
    .filter((file) => file !== "index.ts")
    .map((file) =>
      Object.values(require(join(folder, file))).filter((value) => rules.includes(value as never)),
    );
  expect(exported.map(({ length }) => length)).toEqual(exported.map(() => 1));
  expect(new Set(exported.flat())).toEqual(new Set(rules));
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});

/** What is no object of the cluster. */
const others = [
  { type: "dynamo:index:DynamoGraph", props: { replicas: 4, metadata: { name: "llama" } } },
  { type: "pulumi:pulumi:Stack" },
  { type: "pulumi:providers:kubernetes", props: { kubeconfig: "token: hf_abcdefghijklmnopqrstuvwxyz" } },
  { type: "random:index/randomPassword:RandomPassword", props: { length: 32 } },
  { type: "kubernetes:yaml/v2:ConfigGroup", props: { yaml: "kind: Pod" } },
  { type: "kubernetes:helm.sh/v4:Chart", props: { chart: "nats" } },
];

describe.each(rules)("$name", (rule) => {
  const cases = table[rule.name] ?? [];

  for (const [title, objects, messages, settings] of cases)
    test(title, async () => {
      expect((await judge(rule, objects, settings)).messages).toEqual(messages);
    });

  test("is said in one sentence, with what to do about it", () => {
    const { name, description, severity, enforcementLevel, remediationSteps, url } = rule;
    expect(description).toMatch(/^[A-Z][^.]*\.$/);
    expect(["low", "medium", "high", "critical"]).toContain(severity);
    expect(["advisory", "mandatory", "remediate"]).toContain(enforcementLevel);
    expect(remediationSteps).toMatch(/^[A-Z].*\.$/);
    expect(url).toBe(`docs/policies.md#${name}`);
  });

  test("has cases in which it passes, and two ways to fail", () => {
    const failures = cases.flatMap(([, , messages]) => messages);
    expect(cases.some(([, , messages]) => messages.length === 0)).toBe(true);
    expect(new Set(failures).size).toBeGreaterThan(1);
  });

  test("looks at objects of the cluster alone", async () => {
    const { messages, applicable } = await judge(rule, others);
    expect(messages).toEqual([]);
    expect(applicable).toBe("validateStack" in rule);
  });

  test("reports settings that it does not have", async () => {
    const { messages } = await judge(rule, [{ type: "kubernetes:core/v1:Pod" }], { speed: 9 });
    expect(messages).toEqual([
      expect.stringMatching(
        new RegExp(
          `^the settings of ${rule.name} can't be used: ✖ is not a setting: .* → at ${rule.name}.speed$`,
        ),
      ),
    ]);
  });

  test("has settings with a description and a default", () => {
    for (const setting of Object.values(rule.configSchema?.properties ?? {})) {
      expect(setting.description).toMatch(/^[A-Z].*\.$/);
      expect(setting).toHaveProperty("default");
    }
  });

  test("has patterns that Pulumi's engine can read, whose Go knows no lookaround and no backreference", () => {
    const patterns = [...JSON.stringify(rule.configSchema ?? {}).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    for (const [, pattern = '""'] of patterns) expect(JSON.parse(pattern)).not.toMatch(/\(\?(?!:)|\\[1-9]/);
  });

  // Wherever it is: the rule goes on, and where it depends on the value it says so or waits until it is known.
  test("a value that is not known yet makes it neither stumble nor lie", async () => {
    const wrong: object[] = [];
    for (const [title, objects, messages, settings] of cases)
      for (const [path, unsure] of withUnknowns(objects))
        for (const message of (await judge(rule, unsure, settings)).messages)
          if (
            /Symbol|undefined|object Object/.test(message) ||
            !(messages.length > 0 || /known/.test(message))
          )
            wrong.push({ title, path, message });
    expect(wrong).toEqual([]);
  });
});

test("no message shows a secret", async () => {
  const rule = rules.find(({ name }) => name === "plain-text-secrets") as Rule;
  for (const [, objects] of secrets.cases["plain-text-secrets"]) {
    const { messages } = await judge(rule, objects);
    for (const secret of secrets.hidden) expect(messages.join()).not.toContain(secret);
  }
});
