import { once } from "node:events";
import { Command, Option } from "commander";
import pc from "picocolors";
import { readStack } from "../config/project";
import { loseNode } from "../rehearsal/loseNode";
import { describeAfterLoss } from "../rehearsal/lossTable";
import { readPlacement } from "../rehearsal/placement";
import { placementTable } from "../rehearsal/placementTable";
import { type Rehearsal, startRehearsal } from "../rehearsal/rehearsal";
import type { ServedFrontend } from "../rehearsal/serve/serving";
import { wholeNumber } from "./cli/optionValues";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import { listModels } from "./frontend/client";
import { policyOptions, readPolicySettings } from "./preview/policySettings";
import { readClusterFile } from "./stack/clusterFile";

interface Options {
  readonly stack: string;
  readonly nodes?: number;
  readonly gpus?: number;
  readonly cluster?: string;
  readonly crds?: readonly string[];
  readonly policyPackConfig?: string;
  readonly keep?: boolean;
  readonly serve?: boolean;
  readonly loseNode?: string | true;
}

/** Nodes and GPUs of a cluster that the config says nothing of. */
const defaultCluster = { nodes: 3, gpusPerNode: 8 };

export const command = new Command("npm run rehearse --")
  .description(
    "Runs `pulumi up` with the policies for real on this machine: real engine and control plane, simulated GPU nodes.",
  )
  .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it, from Pulumi.<name>.yaml", "dev")
  .option(
    "-n, --nodes <count>",
    "simulated nodes (default: the config's cluster.nodes, or 3)",
    wholeNumber(1, 10_000),
  )
  .option(
    "-g, --gpus <count>",
    "GPUs of a node (default: the config's cluster.gpusPerNode, or 8)",
    wholeNumber(1, 64),
  )
  .addOption(
    new Option(
      "--cluster <file>",
      "nodes, what runs on them, quotas and classes of a cluster that `npm run preflight -- --save` has kept",
    ).conflicts(["nodes", "gpus"]),
  )
  .option(
    "--crds <dir>",
    "folder with the real CustomResourceDefinitions, may be given again (default: stand-ins)",
    collect,
  )
  .option("--policy-pack-config <file>", "settings of the policies (default: policies/config/<stack>.json)")
  .addOption(
    new Option(
      "--lose-node [name]",
      "then take a node away, the one with the most GPUs or one by its name, and show what becomes of its pods",
    ).conflicts("serve"),
  )
  .option("--keep", "leave the cluster up until interrupted, and print how to reach it")
  .option(
    "--serve",
    "run the pods: real frontends, NATS and etcd, and the Dynamo mocker as engine (takes --keep along)",
  )
  .addHelpText(
    "after",
    `
Needs Go 1.26 or newer. The first start builds the control plane (about 15 minutes on two cores), later ones take seconds.
--serve takes Linux and Python 3.10 or newer. The stack answers at addresses of this machine, by a model that writes words at random.
DYNAMO_OPERATOR names the binary of the real Dynamo operator, with its arguments; without it a stand-in runs.`,
  )
  .action(rehearse);

async function rehearse(options: Options): Promise<void> {
  // Pulumi's own host of programs does not mind either what is left of a program when the engine has ended its run.
  process.on("unhandledRejection", (error: Error) => {
    if (error.message !== "Resource monitor is terminating") throw error;
  });
  const stack = readStack(options.stack);
  const { cluster } = stack.settings;
  warnOfEnvironments(stack);
  const policies = policyOptions(readPolicySettings(stack.name, options.policyPackConfig));
  const saved = options.cluster === undefined ? undefined : readClusterFile(options.cluster);
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupted.abort(new UserError(`interrupted by ${signal}`)));
  let ended: UserError | undefined;
  const onEnd = (error: Error) => {
    ended = new UserError(error.message, { cause: error });
    interrupted.abort(ended);
  };

  const rehearsal = await startRehearsal({
    stack,
    nodes: options.nodes ?? cluster.nodes ?? defaultCluster.nodes,
    gpusPerNode: options.gpus ?? cluster.gpusPerNode ?? defaultCluster.gpusPerNode,
    cluster: saved,
    crds: options.crds ?? [],
    serve: options.serve,
    signal: interrupted.signal,
    report: (line) => console.log(pc.dim(line)),
    onEnd,
  }).catch((error: Error) => {
    throw new UserError(error.message, { cause: error }); // Go is missing, a folder has no CRDs, a port is taken
  });
  try {
    if (rehearsal.standIns.length > 0)
      console.log(`${pc.yellow("stand-ins:")} ${rehearsal.standIns.join(", ")}`);
    const failure = await update(rehearsal, { ...policies, signal: interrupted.signal }).catch(
      (error: Error) => error,
    );
    if (options.loseNode !== undefined && !failure)
      await lose(rehearsal, options.loseNode, interrupted.signal);
    if (options.keep || options.serve) await keep(rehearsal, interrupted.signal); // a failure is worth a look too
    if (ended ?? failure) throw ended ?? failure;
  } finally {
    await rehearsal.stop();
  }
}

/** Does as `pulumi up` in a terminal: a preview, and the update if nothing speaks against it. */
async function update(rehearsal: Rehearsal, options: UpdateOptions): Promise<void> {
  await preview(rehearsal, options);
  await up(rehearsal, options);
}

type UpdateOptions = ReturnType<typeof policyOptions> & { signal: AbortSignal };

/** Silent, unless it fails. What a policy says of all objects together it says here, before any of them is made. */
async function preview({ engine }: Rehearsal, options: UpdateOptions): Promise<void> {
  console.log(pc.dim("previewing with the policies"));
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  const failed = await fails(engine.stack.preview({ ...options, onOutput, onError: onOutput }));
  options.signal.throwIfAborted();
  if (!failed) return;
  process.stdout.write(output);
  throw new UserError("pulumi preview failed, as reported above: nothing was made");
}

/** The update, and what came of it, also where it failed: then the table says what waits, and why. */
async function up({ engine, kubeconfig }: Rehearsal, options: UpdateOptions): Promise<void> {
  const onOutput = (text: string) => process.stdout.write(text);
  const onError = (text: string) => process.stderr.write(text);
  const failed = await fails(engine.stack.up({ ...options, onOutput, onError }));
  options.signal.throwIfAborted();
  console.log(placementTable(await readPlacement(kubeconfig)));
  if (failed) throw new UserError("pulumi up failed, as reported above");
}

/** Takes a node away, and shows which graphs serve on. */
async function lose({ kubeconfig }: Rehearsal, node: string | true, signal: AbortSignal): Promise<void> {
  console.log(pc.dim("draining a node, and taking it away"));
  const after = await loseNode(kubeconfig, node === true ? undefined : node, signal).catch((error: Error) => {
    signal.throwIfAborted();
    throw new UserError(error.message, { cause: error });
  });
  console.log(describeAfterLoss(after));
}

/** Whether an operation fails. Its output has said why. An interruption may come too early for it to notice. */
function fails(operation: Promise<unknown>): Promise<boolean> {
  return operation.then(
    () => false,
    () => true,
  );
}

async function keep({ engine, serving }: Rehearsal, signal: AbortSignal): Promise<void> {
  const exports = engine.exports.map((variable) => `  export ${variable}`);
  console.log(["the cluster stays up until you press Ctrl-C:", ...exports].join("\n"));
  for (const frontend of serving?.frontends() ?? []) await showQuestion(frontend);
  if (!signal.aborted) await once(signal, "abort");
}

/** Prints a command that asks a frontend's model something. */
async function showQuestion({ name, url }: ServedFrontend): Promise<void> {
  const [model] = await listModels(url, 30_000).catch(() => []);
  if (model === undefined)
    return console.log(`Service ${name} leads to no model yet:\n  curl ${url}/v1/models`);
  const question = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }], max_tokens: 8 });
  const headers = "-H 'content-type: application/json'";
  console.log(
    `Service ${name} leads to ${model}:\n  curl ${url}/v1/chat/completions ${headers} -d '${question}'`,
  );
}

function collect(dir: string, dirs: readonly string[] = []): string[] {
  return [...dirs, dir];
}
