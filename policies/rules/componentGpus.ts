import { runningCommandOf, unknownWord } from "../../gpus/command";
import { nameOf } from "../../gpus/manifest";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { podContainersOf } from "../containers";
import { objectRule } from "../rule";

const workerTypes = ["worker", "prefill", "decode"];

export const componentGpus = objectRule({
  name: "component-gpus",
  description: "Workers declare their GPUs; frontends, routers and planners take none.",
  severity: "high",
  remedy: "Give the worker resources.limits.gpu, and take GPUs away from components that compute nothing.",
  check({ manifest }, _, report) {
    const simulated = podContainersOf(manifest).filter(({ container }) =>
      maySimulate(runningCommandOf(container)),
    );
    for (const workload of workloadsOf(manifest).workloads) {
      const { type, component, pod } = workload;
      // No component of a graph, or of a type that early releases gave to all components.
      if (type === undefined || type === "main") continue;
      const { asks, claims, uncounted } = podGpus(pod);
      const asksForGpus = asks.length + claims.length > 0;
      const where = `${nameOf(manifest)}: ${component} is ${type === "" ? "of no type" : `a ${type}`}`;
      if (!workerTypes.includes(type)) {
        if (asksForGpus) report(`${where} and asks for GPUs`);
      } else if (
        !asksForGpus &&
        uncounted.length === 0 &&
        !simulated.some((one) => one.component === component)
      )
        report(`${where} and declares no GPUs`);
    }
  },
});

/** Whether a command may start Dynamo's mocker, and no engine: the name of a mocker may be an argument of something else. */
function maySimulate(command: string): boolean {
  if (command.includes(unknownWord)) return true;
  const starts = /(^|[\s;&|])(\S*python[\d.]*\s+(-\w+\s+)*|^)-m\s+dynamo\.mocker\b/.test(command);
  const others =
    /-m\s+(?!dynamo\.mocker\b)\S*(vllm|sglang|trtllm|tensorrt)|(^|[;&|]\s*|\bexec\s+)(\S*\/)?(vllm|sglang|trtllm-\w+)\s/.test(
      command,
    );
  return starts && !others;
}
