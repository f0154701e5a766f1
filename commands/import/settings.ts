/** Settings while they are written. */

/** Settings as a stack's file has them. */
export type Settings = Record<string, unknown>;

/** A graph's key for the settings of a component; `graph` for the graph itself. */
export type Place = "graph" | "frontend" | "endpointPicker" | "workers" | "prefill" | "decode" | "planner";
