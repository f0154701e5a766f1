/** `pulumi up` of graphs beside `kubectl apply` and `kubectl wait` of the same objects, in turns on a rehearsal's cluster. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CoreV1Api, type KubernetesObject } from "@kubernetes/client-node";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import Table from "cli-table3";
import { Command } from "commander";
import { median } from "d3-array";
import pWaitFor from "p-wait-for";
import { wholeNumber } from "../commands/cli/optionValues";
import { runCommand } from "../commands/cli/runCommand";
import { update, withoutResults } from "../rehearsal/bareUpdate";
import { apiClient } from "../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../rehearsal/rehearsal";
import { buildTools } from "../rehearsal/tools";
import { stackOf } from "./stackOf";

const command = new Command("node build/run.js bench/update")
  .description("Measures `pulumi up` beside `kubectl apply` and `kubectl wait` of the same objects.")
  .option(
    "--graphs <number>",
    "graphs of the stack, each with two workers of 8 GPUs",
    wholeNumber(1, 1000),
    10,
  )
  .option(
    "--load <seconds>",
    "how long a worker takes to load its model, which simulated pods do not by themselves",
    wholeNumber(0, 600),
    0,
  )
  .option("--rounds <number>", "how often each is measured; the medians count", wholeNumber(1, 20), 3)
  .action(measure);

/** Of the graphs. */
const namespace = "dynamo";

/** Seconds of one update, and when its parts were over. */
interface Update {
  /** Until the program registers its first object: the start of engine and program, refresh, and what hooks ask ahead. */
  readonly started: number;
  /** Until the last object was asked for. */
  readonly applied: number;
  readonly ended: number;
}

/** Keeps workers' pods from running while they load. */
const gate = "bench/loads";

interface Options {
  readonly graphs: number;
  readonly load: number;
  readonly rounds: number;
}

async function measure({ graphs, load, rounds }: Options): Promise<void> {
  const report = (line: string) => console.error(line);
  const { kubectl } = await buildTools(["kubectl"], { report });
  const rehearsal = await startRehearsal({
    ...{
      stack: stackOf(graphs, load > 0 ? gate : undefined),
      nodes: 2 * graphs,
      gpusPerNode: 8,
      crds: [],
      report,
    },
  });
  const loading = load > 0 ? setInterval(() => void openGates(rehearsal, load), 500) : undefined;
  try {
    const byPulumi: Update[] = [];
    const byKubectl: Update[] = [];
    for (let round = 1; round <= rounds; round++) {
      report(`round ${round} of ${rounds}`);
      byPulumi.push(await pulumiUp(rehearsal));
      const objects = await objectsOf(rehearsal);
      await withoutResults(rehearsal.engine.stack).destroy({ onOutput: () => {} });
      await gone(rehearsal);
      byKubectl.push(await kubectlApply(kubectl, rehearsal, objects));
      await gone(rehearsal);
    }
    show(graphs, byPulumi, byKubectl);
  } finally {
    clearInterval(loading);
    await rehearsal.stop();
  }
}

async function pulumiUp(rehearsal: Rehearsal): Promise<Update> {
  const since = stopwatch();
  const ends = { started: 0, applied: 0 };
  const onEvent = ({ resourcePreEvent }: EngineEvent) => {
    if (!resourcePreEvent?.metadata.type.startsWith("kubernetes:")) return;
    ends.started ||= since();
    ends.applied = since();
  };
  await update(rehearsal, { onEvent });
  return { ...ends, ended: since() };
}

/** As the state has them: each behind what it depends on. */
async function objectsOf({ engine }: Rehearsal): Promise<KubernetesObject[]> {
  const { deployment } = await engine.stack.exportStack();
  return deployment.resources
    .filter(({ type }: { type: string }) => type.startsWith("kubernetes:"))
    .map(({ inputs }: { inputs: KubernetesObject }) => inputs);
}

async function kubectlApply(
  kubectl: string,
  { kubeconfig }: Rehearsal,
  objects: readonly KubernetesObject[],
): Promise<Update> {
  const file = join(dirname(kubeconfig), "objects.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  const run = (...args: string[]) =>
    promisify(execFile)(kubectl, ["--kubeconfig", kubeconfig, ...args], { maxBuffer: 2 ** 26 });
  const since = stopwatch();
  await run("apply", "--filename", file);
  const applied = since();
  const wait = ["wait", "--for=condition=Ready", "--timeout=10m", "dynamographdeployments", "--all"];
  await run(...wait, "--namespace", namespace);
  const ended = since();
  await run("delete", "--filename", file);
  return { started: 0, applied, ended };
}

/** Has the pods run that have loaded for as long as they should. */
async function openGates({ kubeconfig }: Rehearsal, load: number): Promise<void> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const { items } = await core.listNamespacedPod({ namespace });
  const loaded = items.filter(
    ({ metadata, spec }) =>
      spec?.schedulingGates?.length && Date.now() - Number(metadata?.creationTimestamp) >= load * 1000,
  );
  const body = [{ op: "remove", path: "/spec/schedulingGates" }];
  await Promise.allSettled(
    loaded.map(({ metadata }) => core.patchNamespacedPod({ name: metadata?.name ?? "", namespace, body })),
  );
}

/** Waits until the pods of what was deleted have gone. */
async function gone({ kubeconfig }: Rehearsal): Promise<void> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const isEmpty = async () => (await core.listNamespacedPod({ namespace })).items.length === 0;
  await pWaitFor(isEmpty, { interval: 500, timeout: 300_000 });
}

/** @returns how many seconds have passed since it was made */
function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

function show(graphs: number, byPulumi: readonly Update[], byKubectl: readonly Update[]): void {
  const table = new Table({
    head: [`${graphs} graphs`, "s to the first object", "s to the last object", "s to Ready"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  const medianOf = (updates: readonly Update[], part: keyof Update) =>
    median(updates, (one) => one[part]) ?? 0;
  const row = (name: string, updates: readonly Update[]) =>
    table.push([
      name,
      ...(["started", "applied", "ended"] as const).map((part) => medianOf(updates, part).toFixed(1)),
    ]);
  row("pulumi up --skip-preview", byPulumi);
  row("kubectl apply, kubectl wait", byKubectl);
  console.log(table.toString());
  const ratio = medianOf(byPulumi, "ended") / medianOf(byKubectl, "ended");
  console.log(`pulumi up takes ${ratio.toFixed(2)} times as long`);
}

void runCommand({ command }, process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
