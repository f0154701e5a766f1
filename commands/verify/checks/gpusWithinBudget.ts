/** Whether what runs keeps to the budget of GPUs, and the cluster would refuse more. */
import { wholeGpu } from "../../../config/accelerators";
import { totalGpus } from "../../../gpus/arithmetic";
import { podGpus } from "../../../gpus/podGpus";
import type { Evidence } from "../evidence";
import { check, type Finding } from "../finding";
import { Unread } from "../reading";

/** As `budgetQuota` of the plan names it. */
const quotaName = "dynamo-gpu-budget";

export function gpusWithinBudget({ stack, cluster: { pods, quotas } }: Evidence): Finding {
  const namespace = stack.graphs[0]?.namespace ?? "";
  const { passed, skipped, failed } = check("GPU budget", namespace);
  const { budget } = stack;
  if (budget === undefined) return skipped("the stack has none (dynamo:budget.gpus)");
  if (pods instanceof Unread) return skipped(pods.reason);
  if (quotas instanceof Unread) return skipped(quotas.reason);
  const held = pods.filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
  const gpus = totalGpus(held.flatMap(({ spec }) => Object.values(podGpus(spec).byKind)));
  const found = `${gpus} of ${budget} GPUs`;
  const again = `run \`pulumi up --stack ${stack.name}\``;
  const quota = quotas.find(({ metadata }) => metadata?.name === quotaName);
  const limit = quota?.spec?.hard?.[`requests.${wholeGpu}`];
  if (gpus > budget)
    return failed(
      `${found} are asked for in ${namespace}`,
      "find out whose pods they are, and end them or raise dynamo:budget.gpus: kubectl get pods --namespace " +
        namespace,
    );
  if (!quota)
    return failed(
      `${found}, but there is no ResourceQuota ${quotaName}: nothing holds the cluster to it`,
      again,
    );
  if (limit !== String(budget))
    return failed(`${found}, but ResourceQuota ${quotaName} allows ${limit ?? "any number"}`, again);
  return passed(`${found}, and ResourceQuota ${quotaName} allows no more`);
}
