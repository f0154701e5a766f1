/** Which charts of the platform a stack installs, and that the values' paths are those of the charts, where these are at hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { decidedValues } from "../../../config/platformValues";
import {
  platformChartOf,
  refusedPlatform,
  refusedStep,
  whyNotInstalled,
} from "../../../config/runtime/platformCharts";
import { type ReleaseLine, releaseLines } from "../../../config/runtime/release";
import { releases } from "../../../config/runtime/releases";

const newest = (line: ReleaseLine) => releases.get(line)?.newest ?? "";

test.each<[ReleaseLine, object | undefined]>([
  ["0.7", undefined],
  ["0.8", undefined],
  ["0.9", undefined],
  ["1.0", undefined],
  ["1.1", { "nats.enabled": false, "dynamo-operator.nats.enabled": false }],
  ["1.2", { "global.nats.install": false }],
  ["1.3", { "global.nats.install": false }],
  ["1.4", { "global.nats.install": false }],
  ["1.5", { "global.nats.install": false }],
  ["1.6", { "global.nats.install": false }],
  ["1.7", undefined],
])("the chart of %s", (line, withoutNats) => {
  const chart = platformChartOf(newest(line));
  expect(chart?.withoutNats).toEqual(withoutNats);
  expect(chart?.labelsPodMonitors).toBe(withoutNats && line === "1.6");
  expect(whyNotInstalled(line) === undefined).toBe(withoutNats !== undefined);
});

test.each(["1.6.3", "1.6.99", "1.8.0", "2.0.0", "1.6", "1.6.1.post1", "", "1.6.1/../../x"])(
  "no chart of %s is known",
  (version) => {
    expect(platformChartOf(version)).toBeUndefined();
  },
);

const runtime = (version: string, releaseLine: ReleaseLine) => ({ version, releaseLine });

test.each<[string, string, ReleaseLine, boolean, RegExp | undefined]>([
  ["1.6.1", "1.6.1", "1.6", false, undefined],
  ["1.5.1", "1.6.1", "1.6", true, undefined], // one line before
  ["1.4.2", "1.6.1", "1.6", true, /^an operator of 1.4.2 does not run runtime 1.6.1: .*1.6.2 or 1.5.1/],
  ["1.6.2", "1.4.2", "1.4", true, undefined], // two lines after
  ["1.6.2", "1.3.1", "1.3", true, /^an operator of 1.6.2 does not run runtime 1.3.1/],
  [
    "1.7.0",
    "1.7.0",
    "1.7",
    false,
    /nothing of its chart was to be had; .*install.version: 1.6.2, whose operator runs 1.7.0$/,
  ],
  ["1.0.2", "1.0.2", "1.0", false, /kube-rbac-proxy.*install.version: 1.2.1 or 1.1.1/],
  ["0.9.1", "0.9.1", "0.9", false, /kube-rbac-proxy.*install.version: 1.1.1/],
  ["0.8.1", "0.8.1", "0.8", false, /needs an etcd.*installed by hand, and take dynamo:platform.install out$/],
  ["0.7.1", "0.7.1", "0.7", false, /needs an etcd/],
  ["1.6.9", "1.6.1", "1.6", true, /^"1.6.9" is not known/],
  ["1.3.0.post1", "1.3.0.post1", "1.3", false, /^the platform has no version "1.3.0.post1"/],
])("platform %s for runtime %s", (version, of, line, isWritten, expected) => {
  const refused = refusedPlatform(version, runtime(of, line), isWritten);
  if (expected === undefined) expect(refused).toBeUndefined();
  else expect(refused).toMatch(expected);
});

test("a platform is upgraded release line by release line, and goes back so", () => {
  for (const [from, to] of [
    ["1.4.2", "1.5.1"],
    ["1.5.1", "1.4.2"],
    ["1.6.1", "1.6.2"],
  ] as const)
    expect(refusedStep(from, to)).toBeUndefined();
  expect(refusedStep("1.4.2", "1.6.1")).toMatch(/^from 1.4.2 to 1.6.1 .* write 1.5.1 first$/);
  expect(refusedStep("1.6.1", "1.3.1")).toMatch(/write 1.5.1 first$/);
  expect(refusedStep("0.7.1", "1.0.2")).toMatch(/write 0.8.1 first$/);
  expect(refusedStep("1.0.2", "0.7.1")).toMatch(/write 0.9.1 first$/);
});

/** A folder with the charts by release line, as `1.6/platform/values.yaml` of deploy/helm/charts. */
const folder = process.env.DYNAMO_PLATFORM_CHARTS;
const withChart = releaseLines.filter(
  (line) => folder !== undefined && existsSync(join(folder, line, "platform/values.yaml")),
);

if (withChart.length === 0)
  test.skip("the values' paths, where DYNAMO_PLATFORM_CHARTS has the charts by release line", () => {});
else
  test.each(withChart)("the chart of %s knows every value that is decided", (line) => {
    const chart = platformChartOf(newest(line));
    if (chart === undefined) return;
    const read = (file: string) => parse(readFileSync(join(folder ?? "", line, "platform", file), "utf8"));
    const [own, operator] = [read("values.yaml"), read("components/operator/values.yaml")];
    const has = (values: unknown, path: readonly string[]): boolean =>
      path.length === 0 ||
      (typeof values === "object" &&
        values !== null &&
        (path[0] ?? "") in values &&
        has((values as Record<string, unknown>)[path[0] ?? ""], path.slice(1)));
    const decided = decidedValues(
      {
        platform: { clusterDomain: "cluster.local" },
        images: { pullSecrets: ["pull"] },
        runtime: { registry: "r" },
        monitoring: { podMonitors: "platform", release: "prometheus" },
      },
      chart,
    );
    const unknown = Object.keys(decided).filter((path) => {
      const [first, ...rest] = path.split(".");
      return !has(own, path.split(".")) && !(first === "dynamo-operator" && has(operator, rest));
    });
    expect(unknown).toEqual([]);
  });
