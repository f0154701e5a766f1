import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CustomObjectsApi, type KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { Command } from "commander";
import pc from "picocolors";
import { connect } from "../components/kubeconfig";
import { nameOf } from "../plan/manifest";
import { ownerOf } from "../plan/owner";
import { heldGraphs, removeFinalizers } from "./finalizers";
import { deleteObjects, labelledObjects } from "./leftovers";
import { projectDir, readStack } from "./project";
import { run, UserError } from "./userError";

interface Options {
  readonly stack: string;
  readonly yes?: boolean;
  readonly removeFinalizers?: boolean;
}

new Command("npm run destroy --")
  .description(
    "Runs `pulumi destroy`, and deletes what an interrupted update made that Pulumi's state does not know of.",
  )
  .requiredOption("-s, --stack <name>", "the stack, from Pulumi.<name>.yaml")
  .option("-y, --yes", "do it; without this the objects are only listed")
  .option(
    "--remove-finalizers",
    "take the Dynamo operator's finalizers from the stack's graphs first: for a cluster whose operator is gone",
  )
  .addHelpText(
    "after",
    `
Only objects with the label app.kubernetes.io/part-of of this stack are touched. Volumes of NATS and etcd outlive it where
the config says keepVolumes.`,
  )
  .action((options: Options) => run(() => destroy(options)))
  .parseAsync();

async function destroy({ stack: name, yes, removeFinalizers: withoutOperator }: Options): Promise<void> {
  const { project, settings } = readStack(name);
  const { discovery, cluster } = settings;
  const { config } = await connect(cluster.context);
  const kept = discovery.mode === "nats-etcd" && discovery.keepVolumes ? ["nats-system", "etcd-system"] : [];
  const owner = ownerOf(project, name);
  const find = async () =>
    (await labelledObjects(config, owner)).filter(
      ({ metadata }) => !kept.includes(metadata?.namespace ?? metadata?.name ?? ""),
    );

  const found = await find().catch((error: Error) => {
    throw new UserError(`the cluster does not answer: ${error.message}`, { cause: error });
  });
  if (!yes) {
    for (const object of found) console.log(`- ${nameOf(object)}`);
    throw new UserError(`nothing was deleted: add --yes to delete these ${found.length} objects`);
  }
  if (withoutOperator) await removeFinalizers(config, found, (line) => console.log(pc.dim(line)));
  await destroyStack(await selectStack(name), config, found);
  const leftovers = await find();
  await deleteObjects(config, leftovers);
  for (const object of leftovers) console.log(`deleted ${nameOf(object)}, which Pulumi did not know of`);
  console.log(`nothing of ${project}/${name} is left${kept.length > 0 ? ` but ${kept.join(" and ")}` : ""}`);
}

async function selectStack(name: string): Promise<Stack> {
  return LocalWorkspace.selectStack({ stackName: name, workDir: projectDir }).catch((error: Error) => {
    throw new UserError(`stack ${name} can't be opened: ${error.message.split("\n")[0]}`, { cause: error });
  });
}

/** `pulumi destroy`. Where a graph waits for an operator, it says so. */
async function destroyStack(
  stack: Stack,
  config: KubeConfig,
  found: readonly KubernetesObject[],
): Promise<void> {
  const objects = config.makeApiClient(CustomObjectsApi);
  const told = new Set<string>();
  const watch = setInterval(async () => {
    for (const graph of await heldGraphs(objects, found).catch(() => [])) {
      if (told.has(graph)) continue;
      told.add(graph);
      console.log(
        pc.yellow(
          `${graph} waits for the Dynamo operator, whose finalizer is on it. Where that is gone, press Ctrl-C and run this again with --remove-finalizers`,
        ),
      );
    }
  }, 5_000);
  // Ctrl-C reaches Pulumi too, which then ends in good order: so must this.
  process.on("SIGINT", () => {});
  // Pulumi writes to the stack's file on the way, and may take a copy for it. Secrets of what it did, which nobody asks
  // for here, it would read by the file itself.
  const copies = await mkdtemp(join(tmpdir(), "dynamo-destroy-"));
  const configFile = join(copies, `Pulumi.${stack.name}.yaml`);
  await copyFile(join(projectDir, `Pulumi.${stack.name}.yaml`), configFile);
  try {
    await stack.destroy({ configFile, showSecrets: false, onOutput: (text) => process.stdout.write(text) });
  } catch (error) {
    throw new UserError("pulumi destroy failed, as told above: run this again when it is mended", {
      cause: error,
    });
  } finally {
    clearInterval(watch);
    await rm(copies, { recursive: true });
  }
}
