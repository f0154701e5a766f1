/** What people and machines read of a planned stack. */
import Table from "cli-table3";
import pc from "picocolors";
import type { DryRun, PlannedResource } from "./dryRun";
import type { Stack } from "./project";

export interface Summary {
  readonly project: string;
  readonly stack: string;
  readonly outputs: DryRun["outputs"];
  readonly warnings: readonly string[];
  readonly resources: readonly Pick<PlannedResource, "urn" | "type" | "name" | "parent">[];
}

export function summarise(stack: Stack, { resources, warnings, outputs }: DryRun): Summary {
  return {
    project: stack.project,
    stack: stack.name,
    outputs,
    warnings,
    resources: resources.map(({ urn, type, name, parent }) => ({ urn, type, name, parent })),
  };
}

/** The summary for a terminal: tree, services with their GPUs, endpoints, warnings. */
export function describePlan({ project, stack, outputs, warnings, resources }: Summary): string {
  const made = resources.filter(({ type }) => type.startsWith("kubernetes:")).length;
  const sections = [
    `${pc.bold(`${project}/${stack}`)}: discovery mode ${pc.bold(outputs.discoveryMode)}, ${made} objects, ${pc.bold(`${outputs.gpus.total} GPUs`)}`,
    tree(resources),
    services(outputs),
    servers(outputs),
    endpoints(outputs),
    ...(warnings.length > 0
      ? [warnings.map((warning) => `${pc.yellow("warning:")} ${warning}`).join("\n")]
      : []),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function tree(resources: Summary["resources"]): string {
  const children = new Map<string, Summary["resources"][number][]>();
  for (const resource of resources) {
    const siblings = children.get(resource.parent);
    if (siblings) siblings.push(resource);
    else children.set(resource.parent, [resource]);
  }
  const lines: string[] = [];
  const draw = (parent: string, indent: string) => {
    const siblings = (children.get(parent) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const [i, { urn, type, name }] of siblings.entries()) {
      const last = i === siblings.length - 1;
      lines.push(`${indent}${last ? "└─ " : "├─ "}${name} ${pc.dim(shortType(type))}`);
      draw(urn, `${indent}${last ? "   " : "│  "}`);
    }
  };
  const root = resources.find(({ parent }) => parent === "");
  if (root) draw(root.urn, "");
  return lines.join("\n");
}

/** "kubernetes:apps/v1:StatefulSet" is a StatefulSet to everyone. */
const shortType = (type: string) => type.split(":").at(-1) ?? type;

const plain = { head: [], border: [], compact: true };

function services({ services, gpus }: Summary["outputs"]): string {
  if (services.length === 0) return "";
  const table = new Table({
    head: ["graph", "component", "replicas", "nodes", "GPUs a pod", "GPUs"],
    colAligns: ["left", "left", "right", "right", "right", "right"],
    style: plain,
  });
  for (const { graph, component, replicas, nodes, gpusPerPod, gpus } of services)
    table.push([graph, component, replicas, nodes, gpusPerPod, gpus]);
  for (const [graph, total] of Object.entries(gpus.byGraph))
    table.push([{ colSpan: 5, content: `${graph} in all` }, pc.bold(String(total))]);
  table.push([{ colSpan: 5, content: pc.bold("stack in all") }, pc.bold(String(gpus.total))]);
  return table.toString();
}

function servers({ servers }: Summary["outputs"]): string {
  if (servers.length === 0) return "";
  const table = new Table({
    head: ["server", "address", "members", "CPUs", "memory", "volume", "users"],
    colAligns: ["left", "left", "right", "right", "right", "right", "left"],
    style: plain,
  });
  for (const { server, address, members, users } of servers) {
    const { replicas = "external", cpu = "", memory = "", storage = "" } = members ?? {};
    table.push([server, address, replicas, cpu, memory, storage, users.join(", ") || "none"]);
  }
  return table.toString();
}

function endpoints({ endpoints }: Summary["outputs"]): string {
  return Object.entries(endpoints)
    .map(([graph, url]) => `${graph}: ${url}`)
    .join("\n");
}
