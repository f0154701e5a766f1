/** Dynamo's planner, which scales a graph's workers by itself. */
import { commandOf } from "./command";
import { containersOf } from "./containers";
import type { Workload } from "./workloads";

export interface Planner {
  /** GPUs to which it may bring the workers that it scales. Infinity without a limit; NaN where that can't be read. */
  readonly budget: number;
  /** Whether it manages several graphs, to a ceiling of their GPUs. */
  readonly isGlobal: boolean;
  /** Namespaces of Dynamo's whose graphs a global one manages. None: all of its own namespace of Kubernetes. */
  readonly manages: readonly string[];
  /** Namespace of Dynamo's of the global planner that it asks, and whose limit holds in place of its own. */
  readonly asks: string | undefined;
  /** Minimum of each worker's replicas, which goes before the budget. */
  readonly minReplicas: number;
  /** GPUs of one replica, as the planner counts them against its budget. */
  engineGpus(worker: Workload, perPod: number): number;
}

const program = /\bplanner_sla\b|\bdynamo\.(global_)?planner\b/;

/** Signs of a planner that is started otherwise, such as by its path, or of its flags. */
const otherwise = /\bplanner\b|max[-_](gpu[-_]budget|total[-_]gpus)/i;

/** Programs whose arguments may speak of planners, as the name of a model does. */
const others = /-m\s+dynamo\.(vllm|sglang|trtllm|mocker|frontend|router)\b/;

/**
 * The planner that a workload runs, if it does. Its limit is `--max-gpu-budget`, or from 1.0 `max_gpu_budget` of the JSON in
 * `--config`: 8 by default, and none below 0. The planner of many graphs has `--max-total-gpus`, and no limit by default.
 *
 * @see ai-dynamo/dynamo components/src/dynamo/planner, components/src/dynamo/global_planner
 */
export function plannerOf({ type, pod }: Workload): Planner | undefined {
  const command = containersOf(pod).map(commandOf).join(" ");
  const isOther = !program.test(command) && (others.test(command) || !otherwise.test(command));
  if (type !== "planner" && isOther) return undefined;

  const numbers = (flags: string) =>
    [...command.matchAll(new RegExp(`(?:${flags})["'\\s=:]+([^\\s"',}]+)`, "g"))].map(([, number]) =>
      Number(number),
    );
  const isGlobal = /\bglobal_planner\b/.test(command.replace(/global_planner_namespace/g, ""));
  const limits = numbers("--max?(?:-(?:[gt][a-z-]*)?)?|max_gpu_budget"); // flags may be cut short
  if (limits.length === 0) limits.push(isGlobal ? -1 : 8);
  const isUnlimited = limits.some((limit) => limit < 0);
  limits.push(...numbers("--min-g[a-z-]*|min_gpu_budget")); // it goes before the maximum
  // Scripts, files, variables, comments and escaped characters may hold another limit.
  const isPlanner = program.test(command) || command.startsWith("-"); // flags alone are for the image's own program
  const isReadable = isPlanner && !/--c[a-z]*[\s=]+["']?[^{\s"']|[#\\$]/.test(command);
  const limit = isUnlimited ? Number.POSITIVE_INFINITY : Math.max(...limits);
  const readsGraph = /--c[a-z]*[\s=]/.test(command);
  const asksGlobal = /\benvironment["'\s=:]+(?!kubernetes\b)\w/.test(command);
  const asked = /\bglobal[-_]planner[-_]namespace["'\s=:]+((?:\$\{[^}]*\}|[^\s"',}])+)/.exec(command)?.[1];
  const managed = /--man[a-z-]*[\s=]+((?:[^\s-]\S*\s*)+)/.exec(command)?.[1] ?? "";
  return {
    isGlobal,
    manages: managed.split(/[\s,]+/).filter((name) => name !== ""),
    asks: asksGlobal && !isGlobal ? (asked ?? "it is not named") : undefined,
    budget: isReadable ? limit : Number.NaN,
    minReplicas: Math.max(1, ...numbers("--mi(?!n-g)[a-z-]*|min_endpoint").filter(Number.isFinite)),
    engineGpus({ role = "" }, perPod) {
      if (readsGraph) return perPod;
      const own = halves.includes(role) ? role : halves.join("|");
      const sizes = numbers(`(?:${own})[-_]engine[-_]num[-_]gpu`).filter((size) => size >= 1);
      return sizes.length > 0 ? Math.min(...sizes) : 1;
    },
  };
}

const halves = ["prefill", "decode"];

/** Whether it is known of a workload that it runs a program of Dynamo's that is no planner. */
export function isNoPlanner({ type, pod }: Workload): boolean {
  const command = containersOf(pod).map(commandOf).join(" ");
  return type !== "planner" && others.test(command) && !program.test(command);
}

/** Whether planners scale a component. In a graph that is not split in prefill and decode, they scale all workers. */
export function isPlanned({ role = "" }: Workload, graph: readonly Workload[]): boolean {
  return halves.includes(role) || !graph.some((other) => halves.includes(other.role ?? ""));
}
