/** Dynamo's planner, which scales a graph's workers by itself. */
import { commandOf } from "./command";
import { containersOf } from "./containers";
import type { Workload } from "./workloads";

interface Planner {
  /** GPUs to which it may bring the workers that it scales. Infinity without a limit; NaN where that can't be read. */
  readonly budget: number;
  /** Minimum of each worker's replicas, which goes before the budget. */
  readonly minReplicas: number;
  /** GPUs of one replica, as the planner counts them against its budget. */
  engineGpus(worker: Workload, perPod: number): number;
}

const program = /\bplanner_sla\b|\bdynamo\.(global_)?planner\b/;

/**
 * The planner that a workload runs, if it does. Its limit is `--max-gpu-budget`, or from 1.0 `max_gpu_budget` of the JSON in
 * `--config`: 8 by default, and none below 0. The planner of many graphs has `--max-total-gpus`, and no limit by default.
 *
 * @see ai-dynamo/dynamo components/src/dynamo/planner, components/src/dynamo/global_planner
 */
export function plannerOf({ type, pod }: Workload): Planner | undefined {
  const command = containersOf(pod).map(commandOf).join(" ");
  if (type !== "planner" && !program.test(command)) return undefined;

  const numbers = (flags: string) =>
    [...command.matchAll(new RegExp(`(?:${flags})["'\\s=:]+([^\\s"',}]+)`, "g"))].map(([, number]) =>
      Number(number),
    );
  const limits = numbers("--max?(?:-(?:[gt][a-z-]*)?)?|max_gpu_budget"); // flags may be cut short
  if (limits.length === 0) limits.push(/\bglobal_planner\b/.test(command) ? -1 : 8);
  const isUnlimited = limits.some((limit) => limit < 0);
  // Scripts, files, variables, comments and escaped characters may hold another limit.
  const isPlanner = program.test(command) || command.startsWith("-"); // flags alone are for the image's own program
  const isReadable = isPlanner && !/--c[a-z]*[\s=]+["']?[^{\s"']|[#\\$]/.test(command);
  const limit = isUnlimited ? Number.POSITIVE_INFINITY : Math.max(...limits);
  const readsGraph = /--c[a-z]*[\s=]/.test(command);
  return {
    budget: isReadable ? limit : Number.NaN,
    minReplicas: Math.max(1, ...numbers("--mi[a-z-]*|min_endpoint").filter(Number.isFinite)),
    engineGpus({ role = "" }, perPod) {
      if (readsGraph) return perPod;
      const own = halves.includes(role) ? role : halves.join("|");
      const sizes = numbers(`(?:${own})[-_]engine[-_]num[-_]gpu`).filter((size) => size >= 1);
      return sizes.length > 0 ? Math.min(...sizes) : 1;
    },
  };
}

const halves = ["prefill", "decode"];

/** Whether planners scale a component. In a graph that is not split in prefill and decode, they scale all workers. */
export function isPlanned({ role = "" }: Workload, graph: readonly Workload[]): boolean {
  return halves.includes(role) || !graph.some((other) => halves.includes(other.role ?? ""));
}
