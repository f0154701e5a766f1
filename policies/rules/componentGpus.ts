import { commandOf, unknownWord } from "../../gpus/command";
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
    const simulated = podContainersOf(manifest).filter(({ container }) => maySimulate(commandOf(container)));
    for (const workload of workloadsOf(manifest).workloads) {
      const { type, component, pod } = workload;
      if (type === undefined) continue; // no component of a graph
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

/** Whether a command starts Dynamo's mocker, and no engine: a comment, too, may name it. */
function maySimulate(command: string): boolean {
  if (command.includes(unknownWord)) return true;
  const [line = ""] = command.split("#", 1);
  return /(^|\s)-m\s+dynamo\.mocker\b/.test(line) && !/\bdynamo\.(vllm|sglang|trtllm)\b/.test(line);
}
