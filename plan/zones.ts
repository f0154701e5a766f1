/** Zones of a cluster's nodes. */

/** Label of a node with its zone, which clouds set. */
export const zoneLabel = "topology.kubernetes.io/zone";

/** Zone of a node by its number, where nodes are told by their number alone: they are in each in its turn. */
export const zoneOf = (node: number, zones: number) => `zone-${node % zones}`;
