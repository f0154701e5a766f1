/** What the rules of alerts do in time as it is, by promtool. That real faults make such series: alerts.test.ts. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readStack } from "../../config/project";
import { type StackConfig, stackConfig } from "../../config/schema";
import { prometheusRuleSpec } from "../../plan/monitoring/alerts";
import { planStack } from "../../plan/stack";
import { buildTools } from "../../rehearsal/tools";
import { onRuntime } from "../config/runtimes";
import { type AlertCase, alertCases, type Firing } from "../monitoring/alertCases";
import { healthySeries, type Series } from "../monitoring/alertSeries";

jest.setTimeout(60_000);

const run = promisify(execFile);
const model = "m";
const chats = [
  { name: "chat", model },
  { name: "chat-2", model },
];
const otherMode = stackConfig.parse({
  runtime: { version: "1.4.0" },
  discovery: { mode: "nats-etcd" },
  graphs: chats,
});

const stacks: Record<AlertCase["stack"], StackConfig> = {
  dev: onRuntime(readStack("dev").settings, "0.8.1"),
  prod: onRuntime(readStack("prod").settings, "0.8.1"),
  "prod on runtime 1.6.1": onRuntime(readStack("prod").settings, "1.6.1"),
  "single members": stackConfig.parse({
    discovery: { mode: "nats-etcd" },
    graphs: [{ name: "demo", model, objectives: { timeToFirstToken: 1 } }],
  }),
  split: stackConfig.parse({ graphs: [{ name: "chat", model, prefill: {}, decode: { replicas: 2 } }] }),
  served: stackConfig.parse({
    runtime: { version: "1.6.1" },
    graphs: [
      { name: "chat", model },
      { name: "vision", model: "Org/Vision-1.5", servedBy: "chat" },
    ],
  }),
  neighbours: stackConfig.parse({ runtime: { version: "1.4.0" }, graphs: chats }),
};
const groupsOf = (config: StackConfig) =>
  planStack(config).alerts.flatMap((group) => prometheusRuleSpec(group, "docs/runbooks").groups);
const rulesOf = (config: StackConfig) => groupsOf(config).flatMap(({ rules }) => rules);

let promtool: string;
let directory: string;
const rulesFile = (stack: string) => join(directory, `${stack}.rules.json`);

beforeAll(async () => {
  ({ promtool } = await buildTools(["promtool"], { report: (line) => process.stderr.write(`${line}\n`) }));
  directory = await mkdtemp(join(tmpdir(), "promtool-"));
  for (const [name, config] of Object.entries(stacks))
    await writeFile(rulesFile(name), JSON.stringify({ groups: groupsOf(config) })); // JSON is YAML
}, 1_800_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs promtool, and throws with what it finds. */
async function runPromtool(...args: string[]): Promise<void> {
  await run(promtool, args).catch(({ stdout, stderr }) => {
    throw new Error(`${stdout}${stderr}`);
  });
}

test.each(Object.keys(stacks))("rules of %s have nothing that promtool finds fault with", (stack) =>
  runPromtool("check", "rules", "--lint=all", "--lint-fatal", rulesFile(stack)),
);

test.each(Object.entries(stacks))("no alert fires while all is well with %s", (stack) =>
  expectAlerts({
    what: "all is well",
    stack: stack as AlertCase["stack"],
    minutes: 420,
    changes: [],
    firing: [],
  }),
);

test.each(alertCases)("$stack: $what", expectAlerts);

test("an alert that fires a minute earlier is found", async () => {
  const late = {
    alert: "EtcdNoQuorum",
    minutes: [12, 19] as const,
    labels: { severity: "critical", namespace: "etcd-system" },
    summary: "0 of 3 members of etcd have a leader, and 2 are needed",
  };
  const changes = [["etcd_server_has_leader", /./, "1x9 0x9 1x60"]] as const;
  await expect(expectAlerts({ what: "late", stack: "prod", changes, firing: [late] })).rejects.toThrow(
    /FAILED/,
  );
});

test("there is a case for every alert, and for each of its severities", () => {
  const names = (alert: string, severity = "") => `${alert} ${severity}`;
  const planned = Object.values(stacks)
    .flatMap(rulesOf)
    .map(({ alert, labels }) => names(alert, labels.severity));
  const cases = alertCases.flatMap(({ firing }) =>
    firing.map(({ alert, labels }) => names(alert, labels.severity)),
  );
  expect([...new Set(cases)].sort()).toEqual([...new Set(planned)].sort());
});

/** Asserts that these alerts fire, in these minutes and with these texts, and no other at any time. */
async function expectAlerts({ what, stack, minutes = 60, changes, firing }: AlertCase): Promise<void> {
  const file = join(directory, `${what.replaceAll(/\W/g, "-")}.${stack}.json`);
  const everything = `ALERTS{alertstate="firing"}`;
  const value = (expr: string, of: (firing: Firing) => number) => ({
    expr,
    eval_time: `${minutes}m`,
    exp_samples: firing.map((each) => ({ labels: labelsText(each), value: of(each) })),
  });
  const content = {
    rule_files: [rulesFile(stack)],
    evaluation_interval: "1m",
    tests: [
      {
        name: what,
        interval: "1m",
        input_series: Object.entries(seriesOf(stack, minutes, changes)).map(([series, values]) => ({
          series,
          values,
        })),
        alert_rule_test: firing.map(({ alert, minutes: [from] }) => ({
          alertname: alert,
          eval_time: `${from}m`,
          exp_alerts: firing
            .filter((other) => other.alert === alert && other.minutes[0] <= from && from <= other.minutes[1])
            .map((each) => ({ exp_labels: each.labels, exp_annotations: annotations(stack, each) })),
        })),
        promql_expr_test: [
          value(`min_over_time(timestamp(${everything})[1d:1m]) / 60`, ({ minutes: [from] }) => from),
          value(`max_over_time(timestamp(${everything})[1d:1m]) / 60`, ({ minutes: [, until] }) => until),
          value(`count_over_time(${everything}[1d])`, ({ minutes: [from, until] }) => until - from + 1),
        ],
      },
    ],
  };
  await writeFile(file, JSON.stringify(content));
  await runPromtool("test", "rules", file);
}

function seriesOf(stack: AlertCase["stack"], minutes: number, changes: AlertCase["changes"]): Series {
  const healthy: Record<string, string> = {
    ...healthySeries(stacks[stack], minutes),
    ...(stack === "neighbours" && healthySeries(otherMode, minutes)),
  };
  for (const [metric, labels, values] of changes) {
    const names = Object.keys(healthy).filter((series) => {
      const [name = ""] = series.split("{", 1);
      return name.search(metric instanceof RegExp ? metric : `^${metric}$`) >= 0 && labels.test(series);
    });
    expect([metric, labels, names]).not.toEqual([metric, labels, []]); // or the change is of nothing
    for (const name of names) healthy[name] = values;
  }
  return healthy;
}

function annotations(stack: AlertCase["stack"], { alert, labels, summary, description }: Firing) {
  const rule = rulesOf(stacks[stack]).find(
    (rule) =>
      rule.alert === alert &&
      rule.labels.severity === labels.severity &&
      rule.labels.graph === labels.graph &&
      rule.labels.component === labels.component,
  );
  return { ...rule?.annotations, summary, ...(description !== undefined && { description }) };
}

function labelsText({ alert, labels }: Firing): string {
  const all = Object.entries({ ...labels, alertname: alert, alertstate: "firing" });
  return `{${all.map(([name, value]) => `${name}="${value}"`).join(",")}}`;
}
