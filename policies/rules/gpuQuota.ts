import { gpuDemand } from "../../plan/gpus/demand";
import { stackRule } from "../rule";
import { quotasOf } from "./gpuBudget";

export const gpuQuota = stackRule({
  name: "gpu-quota",
  description:
    "A ResourceQuota holds every namespace with GPUs to the budget, also against what others make there.",
  severity: "medium",
  level: "advisory",
  remedy: "Set dynamo:budget.gpus: the stack makes the quota.",
  check(objects, _, report) {
    const { uses } = gpuDemand(objects.map(({ manifest }) => manifest));
    const quotas = quotasOf(objects);
    for (const namespace of new Set(uses.map((use) => use.namespace)))
      if (!quotas.some((quota) => quota.namespace === namespace))
        report(`no ResourceQuota limits the GPUs of namespace ${namespace}: set dynamo:budget.gpus`);
  },
});
