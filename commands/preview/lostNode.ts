/** `--lose-node`: what a stack loses with a node of its cluster. */
import pc from "picocolors";
import { printable, some } from "../../config/printable";
import { countOf } from "../../preflight/finding";
import { kindsOf, nodesOf, nodesToldBy } from "../../preflight/knownNodes";
import type { Needs } from "../../preflight/needs";
import { type NodeLoss, nodeLoss } from "../../preflight/nodeLoss";
import type { Snapshot } from "../../preflight/snapshot";
import { UserError } from "../cli/userError";

/** A node to do without: one of a name, or the one with the most GPUs. */
export type LostNode = string | true;

/**
 * @param cluster as preflight kept it. @default undefined: as `dynamo:cluster` tells it
 * @throws UserError where its nodes are not known, or none has the name
 */
export function lossOf(needs: Needs, cluster: Snapshot | undefined, lost: LostNode): NodeLoss {
  const name = lost === true ? undefined : lost;
  if (cluster === undefined && name !== undefined)
    throw new UserError("--lose-node takes the name of a node of --cluster alone: give that too, or no name");
  const kinds = kindsOf(needs);
  const nodes = cluster === undefined ? nodesToldBy(needs.config, kinds) : nodesOf(needs, cluster);
  if (typeof nodes === "string") throw new UserError(`the nodes of --cluster are not known: ${nodes}`);
  if (nodes === undefined)
    throw new UserError(
      kinds.length > 1
        ? `--lose-node takes a cluster for GPUs of several kinds (${kinds.join(", ")}): give --cluster`
        : "--lose-node takes a cluster that is known: write dynamo:cluster.nodes and dynamo:cluster.gpusPerNode, or give --cluster",
    );
  const loss = nodeLoss(needs, nodes, name);
  if (loss !== undefined) return loss;
  throw new UserError(
    name === undefined
      ? "--lose-node: no node takes pods"
      : `--lose-node: no node ${printable(name)} takes pods: write one of ${some(nodes.places.map(({ node }) => node.metadata.name))}`,
  );
}

/** Lines of a terminal that a long list of losses has at most. */
const maxLines = 20;

export function describeLoss({ node, gpus, needed, left, losses }: NodeLoss): string {
  const which = node === undefined ? "a node" : `node ${printable(node)}`;
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
