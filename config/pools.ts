/** The workers of a graph, by role: one pool that does all, or one that reads prompts and one that writes answers. */
import type { Backend, GraphConfig } from "./graph";
import { type WorkersConfig, workers } from "./workers";

export type WorkerRole = "worker" | "prefill" | "decode";

export interface Pool extends WorkersConfig {
  readonly role: WorkerRole;
  readonly name: string;
  /** The graph's setting that it comes from. */
  readonly key: "workers" | "prefill" | "decode";
}

/** What a graph without any workers gets. */
const oneWorker = workers.parse({});

/** Where the config wrongly has only one of prefill and decode, it is among them. */
export function poolsOf({ backend, workers, prefill, decode }: GraphConfig): Pool[] {
  const pool = (key: Pool["key"], role: WorkerRole, config: WorkersConfig | undefined): Pool[] =>
    config ? [{ ...config, key, role, name: config.name ?? componentName(backend, role) }] : [];
  const split = [...pool("prefill", "prefill", prefill), ...pool("decode", "decode", decode)];
  return split.length > 0 ? split : pool("workers", "worker", workers ?? oneWorker);
}

/** Pods that form replicas at full scale: as many as a scaler may make. */
export function mostReplicas({ replicas = 1, scaling }: WorkersConfig): number {
  return scaling?.max ?? replicas;
}

/** Those of the halves are short: of workers on several nodes the operator counts them twice. */
function componentName(backend: Backend, role: WorkerRole): string {
  const workers = { vllm: "VllmWorker", sglang: "SglangWorker", trtllm: "TrtllmWorker" };
  return { worker: workers[backend], prefill: "Prefill", decode: "Decode" }[role];
}
