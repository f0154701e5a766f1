import { Command, Option } from "commander";
import pc from "picocolors";
import { readStack, type Stack } from "../config/project";
import type { Lost } from "../preflight/nodeLoss";
import { drainNodes } from "../rehearsal/drainNodes";
import { type EngineChoice, findEngines } from "../rehearsal/engines/engines";
import { engineNames } from "../rehearsal/engines/machine";
import { loseNode, loseZone } from "../rehearsal/loseNode";
import { describeAfterLoss, describeDrains } from "../rehearsal/lossTable";
import { writePack } from "../rehearsal/pack/pack";
import type { Rehearsal } from "../rehearsal/rehearsal";
import { collect, wholeNumber } from "./cli/optionValues";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import { type LossOptions, lostBy, noZones } from "./preview/lostNode";
import { policyOptions, readPolicySettings } from "./preview/policySettings";
import { keep } from "./rehearse/keep";
import { interruption, nodesOf, withRehearsal } from "./rehearse/session";
import { update } from "./rehearse/update";
import { readClusterFile } from "./stack/clusterFile";

interface Options extends LossOptions {
  readonly stack: string;
  readonly nodes?: number;
  readonly gpus?: number;
  readonly cluster?: string;
  readonly crds?: readonly string[];
  readonly policyPackConfig?: string;
  readonly drain?: boolean;
  readonly keep?: boolean;
  readonly serve?: boolean;
  readonly engine: EngineChoice | "mocker";
  readonly modelSize: string;
  readonly logs?: string;
  readonly pack?: string;
  readonly wheels?: string;
}

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
  .addOption(
    new Option(
      "--lose-zone [name]",
      "then take all nodes of a zone away at once, those of the one with the most GPUs or of one by its name (dynamo:cluster.zones, or labels of --cluster)",
    ).conflicts(["serve", "loseNode"]),
  )
  .addOption(
    new Option(
      "--drain",
      "then drain the nodes one after the other, as an upgrade of them does, and show what each drain waits for and what serves meanwhile",
    ).conflicts(["serve", "loseNode", "loseZone"]),
  )
  .option("--keep", "leave the cluster up until interrupted, and print how to reach it")
  .option(
    "--serve",
    "run the pods: real frontends, NATS and etcd, and the Dynamo mocker as engine (takes --keep along)",
  )
  .addOption(
    new Option(
      "--engine <name>",
      "with --serve: the engine that workers run on this machine's GPUs; auto is each graph's own",
    )
      .choices(["mocker", "auto", ...engineNames])
      .default("mocker")
      .conflicts(["nodes", "gpus", "cluster"]),
  )
  .option(
    "--model-size <size>",
    "size of the model that an engine of --engine runs with random weights: as Qwen2.5-7B (0.5b, 7b, 14b, 32b, 72b), or a model's config.json",
    "7b",
  )
  .option("--logs <dir>", "with --serve: folder for the pods' logs, which stay there")
  .option(
    "--pack <dir>",
    "make a folder instead, from which a machine without a network rehearses: `./run rehearse …` there takes these options",
  )
  .option("--wheels <file>", "with --pack: a requirements file of pip, whose wheels go along (Python 3.12)")
  .addHelpText(
    "after",
    `
Needs Go 1.26 or newer. The first start builds the control plane (about 15 minutes on two cores), later ones take seconds.
--serve takes Linux and Python 3.10 or newer. The stack answers at addresses of this machine, by a model that writes words at random.
--engine takes NVIDIA GPUs, and a python3 on PATH that has the Dynamo runtime of the stack and the engine.
DYNAMO_OPERATOR names the binary of the real Dynamo operator, with its arguments; without it a stand-in runs.`,
  )
  .action(rehearse);

async function rehearse(options: Options): Promise<void> {
  if (options.pack !== undefined) return pack(options.pack, options);
  const stack = readStack(options.stack);
  warnOfEnvironments(stack);
  const policies = policyOptions(readPolicySettings(stack.name, options.policyPackConfig));
  const cluster = options.cluster === undefined ? undefined : readClusterFile(options.cluster);
  const lost = lostBy(options);
  if (lost?.what === "zone" && cluster === undefined && stack.settings.cluster.zones === undefined)
    throw new UserError(noZones);
  const interrupted = interruption();
  const engines = await enginesOf(options, stack);
  const { crds = [], serve, logs } = options;
  // With engines, a node that is this machine.
  const nodes = engines ? { nodes: 1, gpusPerNode: engines.gpus.length } : nodesOf(stack, options);
  const report = (line: string) => console.log(pc.dim(line));
  await withRehearsal(
    { stack, ...nodes, cluster, crds, serve, engines, logs, report },
    interrupted,
    async (rehearsal, signal) => {
      if (rehearsal.standIns.length > 0)
        console.log(`${pc.yellow("stand-ins:")} ${rehearsal.standIns.join(", ")}`);
      const failure = await update(rehearsal, { ...policies, signal }).catch((error: Error) => error);
      if (lost && !failure) await lose(rehearsal, lost, signal);
      if (options.drain && !failure)
        console.log(describeDrains(await drainNodes(rehearsal.kubeconfig, report, signal)));
      if (options.keep || serve) await keep(rehearsal, signal); // a failure is worth a look too
      if (failure) throw failure;
    },
  );
}

async function pack(folder: string, { wheels }: Options): Promise<void> {
  const { signal } = interruption();
  await writePack(folder, { wheels, signal, report: (line) => console.log(pc.dim(line)) }).catch(
    (error: Error) => {
      throw error instanceof UserError ? error : new UserError(error.message, { cause: error });
    },
  );
  console.log(
    `${folder} is packed: on the other machine run ${folder}/run rehearse --stack NAME --serve --engine auto`,
  );
}

/** Those of this machine; undefined where the mocker takes their place. */
async function enginesOf({ engine, serve, modelSize }: Options, { settings }: Stack) {
  if (engine === "mocker") return undefined;
  if (!serve) throw new UserError(`--engine ${engine} runs the pods' own engine: write --serve, too`);
  return findEngines(engine, modelSize, settings).catch((error: Error) => {
    throw new UserError(error.message, { cause: error });
  });
}

/** Takes a node or a zone away, and shows which graphs serve on. */
async function lose({ kubeconfig }: Rehearsal, { what, name }: Lost, signal: AbortSignal): Promise<void> {
  const [doing, take] = {
    node: ["draining a node, and taking it away", loseNode] as const,
    zone: ["taking the nodes of a zone away", loseZone] as const,
  }[what];
  console.log(pc.dim(doing));
  const after = await take(kubeconfig, name, signal).catch((error: Error) => {
    signal.throwIfAborted();
    throw new UserError(error.message, { cause: error });
  });
  console.log(describeAfterLoss(after));
}
