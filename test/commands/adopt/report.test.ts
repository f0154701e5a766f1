/** What is told of graphs that a stack is to have. */
import { parse } from "yaml";
import type { FieldChange } from "../../../commands/adopt/fieldChanges";
import type { Holder } from "../../../commands/adopt/holders";
import { describeNext, describeVerdict, podsOf } from "../../../commands/adopt/report";
import type { Verdict } from "../../../commands/adopt/verdict";
import { beta } from "../import/graphs";

const manifest = { ...parse(beta), metadata: { name: "chat", namespace: "serving", generation: 3 } };
const nothing = { holders: [], changes: [], kept: 0, index: 0 };
const told = (verdict: Partial<Verdict>, pods = 1) =>
  describeVerdict({
    graph: {
      ...{ namespace: "serving", name: "chat", manifest, configMaps: [], hasRelease: undefined },
      pods: Array.from({ length: pods }, () => ({})),
    },
    ...nothing,
    ...verdict,
  }).split("\n");

test("a graph that the stack has as it runs, and that nobody else holds", () => {
  expect(told({}, 6)).toEqual([
    "DynamoGraphDeployment serving/chat, generation 3, 6 pods",
    "  the next update would change",
    "    its label and Pulumi's own annotations, and nothing else: no pod starts anew",
  ]);
  expect(told({})[0]).toMatch(/, 1 pod$/);
});

test.each<[string, Partial<Holder>, string]>([
  ["must let go", { mustLetGo: true }, "    ✖ Helm (its label): first take it out"],
  ["may go on", { mustLetGo: false }, "    - Helm (its label): take it out"],
])("who holds it and %s", (_, holder, line) => {
  const helm = { who: "Helm", by: "its label", remedy: "take it out", mustLetGo: true };
  expect(told({ holders: [{ ...helm, ...holder }] }).slice(1, 3)).toEqual(["  held by", line]);
});

test.each<[string, Partial<FieldChange>, string]>([
  [
    "of one component",
    { restarts: ["PrefillWorker"] },
    "✖ spec.image: a → b: starts anew 1 pod of PrefillWorker with 2 GPUs",
  ],
  [
    "of several",
    { restarts: ["Frontend", "DecodeWorker"] },
    "✖ spec.image: a → b: starts anew 2 pods of Frontend, 3 pods of DecodeWorker with 12 GPUs",
  ],
  ["of no pod", {}, "- spec.image: a → b: no pod starts anew"],
  [
    "of how many pods there are",
    { field: "spec.components.Frontend.replicas", from: 2, to: 3 },
    "- spec.components.Frontend.replicas: 2 → 3: pods come or go",
  ],
  ["that comes", { from: undefined, to: { a: 1 } }, '- spec.image: nothing → {"a":1}: no pod starts anew'],
  ["that goes", { from: ["a"], to: undefined }, '- spec.image: ["a"] → nothing: no pod starts anew'],
  [
    "with long values",
    { from: "a".repeat(121), to: "b".repeat(120) },
    `- spec.image: ${"a".repeat(120)}… → ${"b".repeat(120)}: no pod starts anew`,
  ],
])("a change %s", (_, change, line) => {
  const changes = [{ field: "spec.image", from: "a", to: "b", restarts: [], ...change }];
  expect(told({ changes }).slice(1)).toEqual(["  the next update would change", `    ${line}`]);
});

test("what goes on as it runs, whatever the settings say", () => {
  expect(told({ kept: 2, index: 1 }).slice(-2)).toEqual([
    "  in the stack",
    "    2 fields as they run, whatever the settings say: dynamo:graphs[1].adopted.patch",
  ]);
  expect(told({ kept: 1 }).at(-1)).toMatch(/^ +1 field as .*graphs\[0\]/);
});

test("what a holder has written can't lead a terminal astray, nor fill it", () => {
  const [, , line = ""] = told({
    holders: [{ who: "\u001b[31mHelm\n", by: "b", remedy: "r".repeat(2_000), mustLetGo: false }],
  });
  expect(line).toMatch(/^ {4}- Helm {1,2}\(b\): r+…$/);
  expect(line.length).toBeLessThan(1_010);
});

test.each([
  ["Frontend", "2 pods of Frontend"],
  ["PrefillWorker", "1 pod of PrefillWorker with 2 GPUs"],
  ["DecodeWorker", "3 pods of DecodeWorker with 12 GPUs"],
  ["Planner", "0 pods of Planner"],
])("pods of %s", (component, pods) => expect(podsOf(component, manifest)).toBe(pods));

test("what is next begins with the stack where that is new", () => {
  expect(describeNext("prod", "serving/chat", "Pulumi.prod.yaml")).toBe(
    `Pulumi.prod.yaml is written. The label of stack prod is on serving/chat. Next:

  pulumi stack init prod
  pulumi preview --stack prod
  pulumi up --stack prod`,
  );
  expect(describeNext("prod", "serving/chat", undefined)).toBe(
    `The label of stack prod is on serving/chat. Next:

  pulumi preview --stack prod
  pulumi up --stack prod`,
  );
});
