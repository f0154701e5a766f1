import pc from "picocolors";
import type { Summary } from "./summary";

/** The resources of a stack as a tree, each below its parent. */
export function resourceTree(resources: Summary["resources"]): string {
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
