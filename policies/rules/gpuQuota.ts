import { gpuDemand } from "../../gpus/demand";
import { unknownName } from "../../gpus/references";
import { quotasOf } from "../quotas";
import { stackRule } from "../rule";

export const gpuQuota = stackRule({
  name: "gpu-quota",
  description:
    "A ResourceQuota holds every namespace with GPUs to the budget, also against what others make there.",
  severity: "medium",
  level: "advisory",
  remedy: "Set dynamo:budget.gpus: the stack makes the quota.",
  check(objects, _, report) {
    const { uses } = gpuDemand(objects.map(({ manifest }) => manifest));
    const quotas = quotasOf(objects).filter(({ isScoped }) => !isScoped);
    for (const namespace of new Set(uses.map((use) => use.namespace))) {
      const taken = uses
        .filter((use) => use.namespace === namespace)
        .flatMap(({ byKind }) => Object.keys(byKind));
      const isHeld = (kind: string) =>
        quotas.some(
          (quota) =>
            [kind, unknownName].includes(quota.kind) && [namespace, unknownName].includes(quota.namespace),
        );
      if (!taken.every(isHeld))
        report(`no ResourceQuota limits the GPUs of namespace ${namespace}: set dynamo:budget.gpus`);
    }
  },
});
