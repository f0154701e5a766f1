/** The workers of a graph, by role: one pool that does all, or one that reads prompts and one that writes answers. */
import type { Backend, GraphConfig } from "./graph";
import type { PodSettingsConfig } from "./podSettings";
import { type WorkersConfig, workers } from "./workers";

/** A worker's part of a request: all of it, reading the prompt, or writing the answer. */
export type WorkerRole = "worker" | "prefill" | "decode";

/** Workers of one kind, which are one component of the graph. */
export interface Pool extends WorkersConfig {
  readonly role: WorkerRole;
  /** The component's name. */
  readonly name: string;
  /** The graph's setting that it comes from. */
  readonly key: "workers" | "prefill" | "decode";
}

/** The pool of a graph whose config has none. */
const oneWorker = workers.parse({});

/** The pools of a graph: one, or prefill and decode. Where the config wrongly has only one of these, that one. */
export function poolsOf({ backend, workers, prefill, decode }: GraphConfig): Pool[] {
  const pool = (key: Pool["key"], role: WorkerRole, config: WorkersConfig | undefined): Pool[] =>
    config ? [{ ...config, key, role, name: config.name ?? componentName(backend, role) }] : [];
  const split = [...pool("prefill", "prefill", prefill), ...pool("decode", "decode", decode)];
  return split.length > 0 ? split : pool("workers", "worker", workers ?? oneWorker);
}

/** A component's settings of its pods, and the graph's setting that they come from. */
export interface PodConfig {
  readonly key: "frontend" | "endpointPicker" | "planner" | Pool["key"];
  readonly settings: PodSettingsConfig;
}

/** Settings of the pods of each component that a graph has. */
export function podsOf(graph: GraphConfig): PodConfig[] {
  const { frontend, endpointPicker, planner } = graph;
  return [
    { key: "frontend", settings: frontend },
    ...poolsOf(graph).map((pool) => ({ key: pool.key, settings: pool })),
    ...(endpointPicker ? [{ key: "endpointPicker" as const, settings: endpointPicker }] : []),
    ...(planner ? [{ key: "planner" as const, settings: planner }] : []),
  ];
}

/** Type of a pool's component. Endpoint Pickers of NVIDIA's know workers that do all of a request among those that decode. */
export const typeOfPool = (role: WorkerRole, isPicked: boolean): WorkerRole =>
  isPicked && role === "worker" ? "decode" : role;

/** Default name of a pool's component. Those of the halves are short: of workers on several nodes the operator counts them twice. */
function componentName(backend: Backend, role: WorkerRole): string {
  const workers = { vllm: "VllmWorker", sglang: "SglangWorker", trtllm: "TrtllmWorker" };
  return { worker: workers[backend], prefill: "Prefill", decode: "Decode" }[role];
}
