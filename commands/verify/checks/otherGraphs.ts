/** Whether the stack has graphs that it does not know any more: what an interrupted update leaves. */
import { at, text } from "../../../gpus/manifest";
import type { Evidence } from "../evidence";
import { check, type Finding } from "../finding";
import { graphPods } from "../graphPods";
import { Unread } from "../reading";

export function otherGraphs({ stack, cluster }: Evidence): Finding {
  const { passed, skipped, failed } = check("no other graphs", stack.name);
  const { deployments } = cluster;
  if (deployments instanceof Unread) return skipped(deployments.reason);
  const known = new Set(stack.graphs.map(({ deployment }) => deployment));
  const others = deployments
    .map((each) => text(at(each, "metadata", "name")))
    .filter((name) => !known.has(name));
  if (others.length === 0) return passed(`only ${[...known].join(", ")}`);
  const pods = others.reduce((sum, deployment) => sum + graphPods({ deployment }, cluster).length, 0);
  return failed(
    `${others.join(", ")} (${pods} pods) beside ${[...known].join(", ")}: an interrupted switch`,
    `run \`pulumi up --stack ${stack.name}\`, which ends it: it makes what lacks, and then removes what is replaced`,
  );
}
