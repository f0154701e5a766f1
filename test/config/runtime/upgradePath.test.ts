/** The releases by which upgrades go, and those that may be side by side. */
import { operatorsFor, runtimesFor } from "../../../config/runtime/operator";
import { type ReleaseLine, releaseLines } from "../../../config/runtime/release";
import { whyApart } from "../../../config/runtime/skew";
import { type Hop, upgradePath } from "../../../config/runtime/upgradePath";

const words = (hops: readonly Hop[]) =>
  hops.map(({ part, from, to }) => `${part === "platform" ? "p" : "r"} ${from} ${to}`);

test.each<[ReleaseLine, ReleaseLine, ReleaseLine, string[]]>([
  ["1.6", "1.6", "1.6", []],
  ["1.6", "1.7", "1.6", ["p 1.6 1.7", "r 1.6 1.7"]],
  ["1.3", "1.5", "1.3", ["p 1.3 1.4", "r 1.3 1.4", "p 1.4 1.5", "r 1.4 1.5"]],
  // The platform team was here before.
  ["1.4", "1.5", "1.5", ["r 1.4 1.5"]],
  ["1.3", "1.4", "1.5", ["r 1.3 1.4"]],
  // The runtime was ahead.
  ["1.5", "1.6", "1.4", ["p 1.4 1.5", "p 1.5 1.6", "r 1.5 1.6"]],
  ["1.5", "1.5", "1.3", ["p 1.3 1.4", "p 1.4 1.5"]],
  // The operator of 1.6 runs nothing before 1.4.
  ["1.2", "1.5", "1.6", ["r 1.2 1.4", "r 1.4 1.5"]],
  ["0.9", "1.0", "0.9", ["p 0.9 1.0", "r 0.9 1.0"]],
  // None of these is run by it: the step is there, to be blocked.
  ["1.2", "1.3", "1.7", ["r 1.2 1.3"]],
])("from %s to %s on a platform of %s", (from, to, platform, hops) =>
  expect(words(upgradePath(from, to, platform))).toEqual(hops),
);

test("a platform stays where it may not go further", () =>
  expect(words(upgradePath("1.5", "1.7", "1.5", (line) => line === "1.6"))).toEqual([
    "p 1.5 1.6",
    "r 1.5 1.6",
    "r 1.6 1.7",
  ]));

test("from any release to any other, no minor release of the platform is skipped and each runtime is run by its operator", () => {
  for (const from of releaseLines)
    for (const to of releaseLines.slice(releaseLines.indexOf(from)))
      for (const platform of operatorsFor(from)) {
        let [runs, operator] = [from, platform];
        for (const { part, from: start, to: end } of upgradePath(from, to, platform)) {
          if (part === "platform") {
            expect([start, releaseLines.indexOf(end)]).toEqual([
              operator,
              releaseLines.indexOf(operator) + 1,
            ]);
            operator = end;
          } else {
            expect([start, releaseLines.indexOf(end)]).toEqual([runs, releaseLines.indexOf(runs) + 1]);
            runs = end;
          }
          if (operatorsFor(to).includes(platform)) expect(operatorsFor(runs)).toContain(operator);
        }
        expect(runs).toBe(to);
        expect(releaseLines.indexOf(operator)).toBeGreaterThanOrEqual(releaseLines.indexOf(to));
      }
});

test.each<[ReleaseLine, ReleaseLine[]]>([
  ["1.6", ["1.4", "1.5", "1.6", "1.7"]],
  ["1.7", ["1.5", "1.6", "1.7"]],
  ["0.7", ["0.7", "0.8"]],
])("an operator of %s runs %j", (operator, runtimes) => expect(runtimesFor(operator)).toEqual(runtimes));

test.each([
  ["1.4", "1.5", true, "rolling", undefined],
  ["1.4", "1.6", false, "rolling", /more than one minor release apart/],
  ["1.6", "1.4", false, "images", undefined],
  ["1.6", "1.3", false, "images", /more than two minor releases apart/],
  ["1.3", "1.4", false, "rolling", undefined],
  ["1.3", "1.4", true, "rolling", /don't hear the KV events/],
  ["1.5", "1.3", true, "images", /don't hear the KV events/],
  ["0.1", "1.4", true, "rolling", undefined],
] as const)("%s beside %s, events %s, %s", (line, other, hearsEvents, side, why) => {
  const found = whyApart(line, other, hearsEvents, side);
  if (why === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(why);
});
