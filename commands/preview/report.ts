/** A planned stack as people read it in a terminal. */
import type { TableConstructorOptions } from "cli-table3";
import pc from "picocolors";
import { unknownValues } from "../../config/environments";
import { printable } from "../../config/printable";
import type { Finding } from "../../preflight/finding";
import { type BaseVerdict, isAgreed } from "./baseVerdict";
import { describeChanges } from "./changesReport";
import { compactTable } from "./compactTable";
import type { Comparison } from "./comparison";
import { describeCost } from "./costWords";
import { describeLoss } from "./lostNode";
import { memoryLines } from "./memoryReport";
import { describePlatform } from "./platformWords";
import { activeRules, noFile } from "./policySettings";
import { resourceTree } from "./resourceTree";
import { describeSizing } from "./sizingWords";
import type { Summary } from "./summary";

/** The summary for a terminal, and what changes of an earlier preview. */
export function describePlan(summary: Summary, comparison?: Comparison, base?: BaseVerdict): string {
  const { project, stack, environments, outputs, requirements, warnings, policies, refusals, resources } =
    summary;
  const made = resources.filter(({ type }) => type.startsWith("kubernetes:")).length;
  const unknown = unknownValues(environments);
  const sections = [
    unknown === undefined ? "" : `${pc.yellow("warning:")} ${printable(unknown)}`,
    `${pc.bold(`${project}/${stack}`)}: discovery mode ${pc.bold(outputs.discoveryMode)}, ${made} objects, ${pc.bold(gpusOfBudget(outputs.gpus))}`,
    resourceTree(resources),
    services(outputs),
    names(outputs),
    memory(outputs),
    costOf(outputs.gpus),
    outputs.platform === undefined ? "" : `platform: ${printable(describePlatform(outputs.platform))}`,
    servers(outputs),
    encryption(outputs),
    endpoints(outputs),
    monitoring(outputs),
    describeSwitchover(summary),
    describeRequirements(requirements),
    warnings.map((warning) => `${pc.yellow("warning:")} ${printable(warning)}`).join("\n"),
    describePreflight(summary.preflight),
    summary.nodeLoss ? describeLoss(summary.nodeLoss) : "",
    comparison ? describeChanges(comparison) : "",
    describeSizing(summary.sizing),
    [
      describePolicies(policies),
      ...describeBase(base),
      ...refusals.map((reason) => `${pc.red("✖")} ${printable(reason)}`),
    ].join("\n"),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

/** What is encrypted, of a stack that has certificates. */
function encryption({ graphs, servers: all }: Summary["outputs"]): string {
  const generations = Object.values(graphs).flatMap(({ certificates }) => certificates ?? []);
  const issuer = Object.values(graphs).find((graph) => graph.issuer)?.issuer;
  const signer = issuer === undefined ? "" : `, which ${issuer} of cert-manager signs`;
  if (generations.length === 0) return "";
  const others = all.length > 0 ? ", NATS and etcd" : "";
  return `mutual TLS: requests and answers between frontends and workers${others}, by certificates of generation ${Math.max(...generations)}${signer}`;
}

/** Steps of the graphs' replacement; where none is replaced, the GPUs of a change of the mode. */
function describeSwitchover({ switchover, outputs: { gpus } }: Summary): string {
  if (switchover === undefined || gpus.total === 0) return "";
  const { kind, steps, peak, peakOfModeChange } = switchover;
  if (steps.length > 0)
    return [
      `${pc.bold(kind)}, with ${peak} GPUs at its peak:`,
      ...steps.map((step, i) => `${i + 1}. ${step}`),
    ].join("\n");
  const isOver = gpus.budget !== undefined && peakOfModeChange > gpus.budget;
  const verdict = isOver ? `, above the budget of ${gpus.budget}: it would be refused` : "";
  return `a change of the mode is ${kind}, and takes ${peakOfModeChange} GPUs at its peak${verdict} (dynamo:switchover)`;
}

function describeRequirements(requirements: Summary["requirements"]): string {
  if (requirements.length === 0) return "";
  const lines = requirements.map((requirement) => `- ${printable(requirement)}`);
  return ["it needs, and `npm run preflight` looks for most of it:", ...lines].join("\n");
}

/** What the cluster is not ready for, and what is not known of it. */
function describePreflight(findings: Summary["preflight"]): string {
  if (findings === undefined) return "";
  const count = (wanted: Finding["state"]) => findings.filter(({ state }) => state === wanted).length;
  const marks = { passed: "", failed: pc.red("✖"), unknown: pc.yellow("?") };
  return [
    `preflight: ${count("passed")} checks passed, ${count("failed")} failed, ${count("unknown")} unknown`,
    ...findings
      .filter(({ state }) => state !== "passed")
      .map(
        ({ state, check, subject, found, remedy }) =>
          `${marks[state]} ${check}, ${subject}: ${found}${remedy ? `\n  ${pc.dim(`→ ${remedy}`)}` : ""}`,
      ),
  ].join("\n");
}

/** "2 of 4 GPUs", or "2 GPUs" without a budget. */
export function gpusOfBudget({ total, budget }: Summary["outputs"]["gpus"]): string {
  return budget === undefined ? `${total} GPUs` : `${total} of ${budget} GPUs`;
}

/** "1632 GPU-hours a day, 4080.00 USD, 124100.00 USD a month". */
function costOf({ hoursPerDay, costPerDay }: Summary["outputs"]["gpus"]): string {
  return `${hoursPerDay} GPU-hours a day${costPerDay ? `, ${describeCost(costPerDay)}` : ""}`;
}

function describePolicies({ rules, settings = noFile, violations }: Summary["policies"]): string {
  const lines = violations.map(({ rule, level, severity, message, remedy }) => {
    const mark = level === "mandatory" ? pc.red("✖") : pc.yellow("⚠");
    return `${mark} ${pc.bold(rule)} (${severity}, ${level}): ${printable(message)}\n  ${pc.dim(`→ ${remedy}`)}`;
  });
  const count = violations.length === 1 ? "1 violation" : `${violations.length || "no"} violations`;
  return [`policies: ${activeRules(rules)} rules, ${count} (${settings})`, ...lines].join("\n");
}

function describeBase(base: BaseVerdict | undefined): string[] {
  if (base === undefined) return [];
  if ("failure" in base) return [`${pc.yellow("warning:")} ${printable(base.failure)}`];
  if (isAgreed(base)) return ["the base's policies say the same"];
  const told = (messages: readonly string[]) =>
    messages.map((one) => printable(one)).join("; ") || "no violation";
  return base.differences.map(
    ({ what, base, head }) =>
      `${pc.yellow("⚠")} ${pc.bold(what)} by the base: ${told(base)}; here: ${told(head)}`,
  );
}

function services({ services, gpus }: Summary["outputs"]): string {
  if (services.length === 0) return "";
  const options: TableConstructorOptions = {
    head: ["graph", "component", "replicas", "nodes", "GPUs a pod", "GPUs"],
    colAligns: ["left", "left", "right", "right", "right", "right"],
  };
  const inAll = (whole: string, total: number) => [{ colSpan: 5, content: whole }, pc.bold(String(total))];
  return compactTable(options, [
    ...services.map(({ graph, component, replicas, min, nodes, gpusPerPod, gpus }) => {
      const scale = min === undefined ? replicas : `${min} to ${replicas}`;
      return [graph, component, scale, nodes, gpusPerPod, gpus];
    }),
    ...Object.entries(gpus.byGraph).map(([graph, total]) => inAll(`${graph} in all`, total)),
    inAll(pc.bold("stack in all"), gpus.total),
  ]);
}

/** The graphs whose objects are not called as the config calls them. */
function names({ graphs }: Summary["outputs"]): string {
  const others = Object.entries(graphs).filter(([name, { deployment }]) => name !== deployment);
  if (others.length === 0) return "";
  return [
    "names in the cluster, which change with the mode and with what a graph consists of, so that the new one is made beside the old:",
    ...others.map(
      ([name, { namespace, deployment }]) => `${name}: DynamoGraphDeployment ${namespace}/${deployment}`,
    ),
  ].join("\n");
}

function memory(outputs: Summary["outputs"]): string {
  const lines = memoryLines(outputs).map((line) => printable(line));
  return lines.length === 0 ? "" : ["memory of the GPUs, estimated:", ...lines].join("\n");
}

function servers({ servers }: Summary["outputs"]): string {
  if (servers.length === 0) return "";
  const options: TableConstructorOptions = {
    head: ["server", "address", "members", "CPUs", "memory", "volume", "users"],
    colAligns: ["left", "left", "right", "right", "right", "right", "left"],
  };
  return compactTable(
    options,
    servers.map(({ server, address, members, users }) => {
      const { replicas = "external", cpu = "", memory = "", storage = "" } = members ?? {};
      return [server, address, replicas, cpu, memory, storage, users.join(", ") || "none"];
    }),
  );
}

function endpoints({ endpoints }: Summary["outputs"]): string {
  return Object.entries(endpoints)
    .map(([graph, url]) => printable(`${graph}: ${url}`))
    .join("\n");
}

/** Dashboards, and alerts by what they are on. Graphs have the same ones. */
function monitoring({ monitoring: { dashboards, alerts } }: Summary["outputs"]): string {
  const groups = new Map<string, string[]>();
  for (const [group, names] of Object.entries(alerts)) {
    const list = names.join(", ");
    groups.set(list, [...(groups.get(list) ?? []), group]);
  }
  const lines = [...groups].map(([list, [first, ...others]]) => {
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    return `alerts on ${first}${more}: ${list}`;
  });
  return [...(dashboards.length > 0 ? [`dashboards: ${dashboards.join(", ")}`] : []), ...lines].join("\n");
}
