import { Command } from "commander";
import { serversOf } from "../config/discovery";
import { readStack } from "../config/project";
import { discoveryPlane } from "../plan/discoveryPlane";
import { etcdRestore } from "../plan/servers/etcdRestore";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import { toYaml } from "./preview/manifests";

interface Options {
  readonly stack: string;
  readonly snapshot: string;
}

export const command = new Command("npm run restore --")
  .description(
    "Prints the Jobs that fill the volumes of etcd's members from a snapshot, and how to run them.",
  )
  .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, from Pulumi.<name>.yaml", "prod")
  .requiredOption("--snapshot <file>", "name of the snapshot, such as etcd-snapshot-29384750.db")
  .addHelpText(
    "after",
    `
The snapshots are in the claim etcd-snapshots of the namespace etcd-system, each named after the Job that took it. The
log of the newest lists them: kubectl --namespace etcd-system logs --selector app.kubernetes.io/component=snapshot --container prune`,
  )
  .action(restore);

async function restore({ stack: name, snapshot }: Options): Promise<void> {
  const stack = readStack(name);
  const { discovery } = stack.settings;
  warnOfEnvironments(stack);
  const etcd = serversOf(discovery)?.etcd;
  if (etcd === undefined || etcd.external)
    throw new UserError(`stack ${name} runs no etcd: there is nothing to restore (dynamo:discovery)`);
  if (!etcd.snapshots)
    throw new UserError(`stack ${name} takes no snapshots of etcd (dynamo:discovery.etcd.snapshots)`);
  if (!/^[\w.-]+\.db$/.test(snapshot))
    throw new UserError(
      `--snapshot must be the name of a file, such as etcd-snapshot-29384750.db, found ${snapshot}`,
    );
  const plan = discoveryPlane(stack.settings).servers?.etcd;
  const jobs = plan ? etcdRestore(plan, snapshot).map(toYaml) : [];
  console.log([steps(snapshot, etcd.replicas), ...jobs].join("\n---\n"));
}

function steps(snapshot: string, replicas: number): string {
  const kubectl = "kubectl --namespace etcd-system";
  return `# Fills the volumes of etcd's members from ${snapshot}. What they hold now is kept until that has worked.
#
# 1. ${kubectl} scale statefulset etcd --replicas 0
# 2. ${kubectl} wait --for delete pod --selector app.kubernetes.io/name=etcd --timeout 5m
# 3. kubectl apply --filename FILE
# 4. ${kubectl} wait --for condition=complete job --selector app.kubernetes.io/component=restore --timeout 15m
# 5. kubectl delete --filename FILE
# 6. ${kubectl} scale statefulset etcd --replicas ${replicas}`;
}
