/** `--lose-node` and `--lose-zone`: what a stack loses with a node of its cluster, or with a zone. */
import pc from "picocolors";
import { printable, some } from "../../config/printable";
import { zoneLabel } from "../../plan/zones";
import { countOf } from "../../preflight/finding";
import { kindsOf, nodesOf, nodesToldBy } from "../../preflight/knownNodes";
import type { Needs } from "../../preflight/needs";
import { type Lost, type NodeLoss, nodeLoss, zoneIn } from "../../preflight/nodeLoss";
import type { Snapshot } from "../../preflight/snapshot";
import { UserError } from "../cli/userError";

/** Options that name what is lost: one by its name, or the one with the most GPUs. */
export interface LossOptions {
  readonly loseNode?: string | true;
  readonly loseZone?: string | true;
}

/** What is wrong where neither a stack's config nor a kept cluster tells the zones. */
export const noZones =
  "--lose-zone takes zones that are known: write dynamo:cluster.zones, or give --cluster";

/** What the options name; undefined where they name nothing. */
export function lostBy({ loseNode, loseZone }: LossOptions): Lost | undefined {
  const lost = (what: Lost["what"], name: string | true) => ({ what, ...(name !== true && { name }) });
  if (loseZone !== undefined) return lost("zone", loseZone);
  return loseNode === undefined ? undefined : lost("node", loseNode);
}

/**
 * @param cluster as preflight kept it. @default undefined: as `dynamo:cluster` tells it
 * @throws UserError where its nodes are not known, or none has the name
 */
export function lossOf(needs: Needs, cluster: Snapshot | undefined, lost: Lost): NodeLoss {
  const { what, name } = lost;
  const option = `--lose-${what}`;
  if (cluster === undefined && name !== undefined && what === "node")
    throw new UserError(`${option} takes the name of a node of --cluster alone: give that too, or no name`);
  const kinds = kindsOf(needs);
  const nodes = cluster === undefined ? nodesToldBy(needs.config, kinds) : nodesOf(needs, cluster);
  if (typeof nodes === "string") throw new UserError(`the nodes of --cluster are not known: ${nodes}`);
  if (nodes === undefined)
    throw new UserError(
      kinds.length > 1
        ? `${option} takes a cluster for GPUs of several kinds (${kinds.join(", ")}): give --cluster`
        : `${option} takes a cluster that is known: write dynamo:cluster.nodes and dynamo:cluster.gpusPerNode, or give --cluster`,
    );
  const loss = nodeLoss(needs, nodes, lost);
  if (loss !== undefined) return loss;
  const names = new Set(
    nodes.places.flatMap(({ node }) => (what === "node" ? node.metadata.name : (zoneIn(node) ?? []))),
  );
  if (names.size === 0 && what === "zone")
    throw new UserError(
      cluster === undefined ? noZones : `${option}: no node that takes pods has the label ${zoneLabel}`,
    );
  throw new UserError(
    name === undefined
      ? `${option}: no node takes pods`
      : `${option}: no ${what === "node" ? `node ${printable(name)} takes pods` : `zone ${printable(name)} has nodes that take pods`}: write one of ${some([...names])}`,
  );
}

/** Lines of a terminal that a long list of losses has at most. */
const maxLines = 20;

export function describeLoss({ node, zone, gpus, needed, left, losses }: NodeLoss): string {
  const named = node === undefined ? "a node" : `node ${printable(node)}`;
  const which = zone === undefined ? named : `zone ${printable(zone)}`;
  const shown = losses.slice(0, maxLines);
  return [
    `without ${which} with ${countOf(gpus, "GPU")}: ${needed} GPUs are asked for, and ${left} are there${losses.length === 0 ? "; every pod finds another, and nothing stands alone" : ""}`,
    ...shown.map(
      ({ object, component, found, remedy }) =>
        `${pc.yellow("⚠")} ${printable(`${object} ${component}: ${found}`)} ${pc.dim(`→ ${remedy}`)}`,
    ),
    ...(losses.length > maxLines ? [`… and ${losses.length - maxLines} more (--json has all)`] : []),
  ].join("\n");
}
