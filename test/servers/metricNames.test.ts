/** The names of metrics that queries ask for, in the released packages of each line: 0.9 has none of the KV cache of 0.8. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stackConfig } from "../../config/schema";
import { planStack } from "../../plan/stack";
import { runtime } from "../config/runtimes";
import { metricsOf, otherQueries, panelQueries } from "../monitoring/queries";
import { installPackages, type ParserVersion, parserVersions } from "../runtime/arguments";

jest.setTimeout(300_000);

/** Names without their prefix, as the packages write them, that the queries of a release's dashboards and alerts ask for. */
function asked(version: ParserVersion): string[] {
  const mode = runtime(version, "nats-etcd").kubernetesDiscovery ? "kubernetes" : "nats-etcd";
  const graphs = [{ name: "chat", model: "m", prefill: {}, decode: {} }];
  const plan = planStack(stackConfig.parse({ runtime: { version }, discovery: { mode }, graphs }));
  const exprs = [
    ...[...panelQueries(plan), ...otherQueries(plan)].map(({ expr }) => expr),
    ...plan.alerts.flatMap(({ alerts }) => alerts.map(({ expr }) => expr)),
  ];
  const names = exprs.flatMap(metricsOf).flatMap((name) => {
    const [, ofDynamo] = /^dynamo_(?:frontend|component)_(.+?)(?:_bucket|_sum|_count)?$/.exec(name) ?? [];
    return ofDynamo ?? [];
  });
  return [...new Set(names)];
}

async function namesOf(version: ParserVersion): Promise<(name: string) => boolean> {
  const packages = await installPackages(version, { report: (line) => process.stderr.write(`${line}\n`) });
  const read = (file: string) => readFile(join(packages, "dynamo", file));
  const [python, binary] = [String(await read("prometheus_names.py")), await read("_core.abi3.so")];
  return (name) => python.includes(`"${name}"`) || binary.includes(name);
}

test.each(parserVersions)("runtime %s has all of them", async (version) => {
  const has = await namesOf(version);
  const names = asked(version);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !has(name))).toEqual([]);
});

test("a name of another release is found", async () => {
  const has = await namesOf("0.9.1");
  expect(asked("0.8.1").filter((name) => !has(name))).toEqual([
    "kvstats_gpu_cache_usage_percent",
    "kvstats_gpu_prefix_cache_hit_rate",
  ]);
});
