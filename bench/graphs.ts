/** Previews a stack of as many graphs as the first argument says, and writes its manifests. */
import { applyPolicies } from "../commands/preview/applyPolicies";
import { dryRun } from "../commands/preview/dryRun";
import { manifestFiles } from "../commands/preview/manifests";
import { describePlan } from "../commands/preview/report";
import { summarise } from "../commands/preview/summary";
import { stackOf } from "./stackOf";

async function main() {
  const stack = stackOf(Number(process.argv[2]));
  const plan = await dryRun(stack, {});
  const before = process.cpuUsage();
  const { resources, report } = await applyPolicies(plan.resources, { file: undefined, byRule: {} });
  const { user, system } = process.cpuUsage(before);
  manifestFiles(resources);
  describePlan(summarise(stack, { ...plan, resources }, report));
  console.log((user + system) / 1000 / resources.length); // ms that the policies take of a resource
}

void main();
