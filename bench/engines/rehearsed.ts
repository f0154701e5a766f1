/** A rehearsal that is measured: its updates, and commands of the project run on it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readReport, type TrafficReport } from "../../commands/traffic/report";
import { projectDir } from "../../config/project";
import { findEngines } from "../../rehearsal/engines/engines";
import type { EngineName } from "../../rehearsal/engines/machine";
import { startPodCounts } from "../../rehearsal/podCounts";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { type GraphPods, graphPods } from "./pods";

export interface Setting {
  /** @default the mocker takes the engines' place, as a trial of the measurement itself */
  readonly engine: EngineName | "mocker";
  readonly modelSize: string;
  /** GPUs of the mocker's node. */
  readonly gpus: number;
  /** Folder for reports and logs. */
  readonly out: string;
  /** Ends the rehearsal before its time. */
  readonly signal: AbortSignal;
}

export type Values = Readonly<Record<string, unknown>>;

export interface Rehearsed extends Pick<GraphPods, "endWorker"> {
  /** Where clients find the graph, whichever it is. */
  readonly url: string;
  /** From the start of `pulumi up` to its end, in s. */
  readonly upSeconds: number;
  /** Changes values of the config, and updates. @returns seconds that it took */
  change(values: Values): Promise<number>;
  /** Whether a command of the project ends well on it. What it prints is kept as `<file>.txt`. */
  command(file: string, ...args: string[]): Promise<boolean>;
  /** Traffic in a process of its own; its report is kept as `<file>.json`. */
  traffic(file: string, load: readonly string[]): Promise<TrafficReport>;
  /** Traffic that goes on until it is ended. */
  steady(file: string, load: readonly string[]): { end(): Promise<TrafficReport> };
  /** Keeps `/metrics` of one pod of each component as `<file>-<component>.prom`. */
  metrics(file: string): Promise<void>;
  /** Waits until two workers are Ready. @returns seconds that it took */
  workersReady(): Promise<number>;
  /** Most GPUs that pods had since the rehearsal began. */
  peakGpus(): number;
}

export const nodePort = 30200;

/** Starts a rehearsal of the stack dev with other values, has it measured, and ends it. */
export async function rehearsed(
  { engine, modelSize, gpus, out, signal }: Setting,
  values: Values,
  measure: (rehearsed: Rehearsed) => Promise<void>,
): Promise<void> {
  const stack = devStack(values);
  const engines = engine === "mocker" ? undefined : await findEngines(engine, modelSize, stack.settings);
  mkdirSync(join(out, "logs"), { recursive: true });
  const rehearsal = await startRehearsal({
    stack,
    nodes: 1,
    gpusPerNode: engines?.gpus.length ?? gpus,
    crds: [],
    serve: true,
    engines,
    logs: join(out, "logs"),
    signal,
    report: (line) => console.error(line),
  });
  const interrupted = once(signal, "abort").then(() => signal.throwIfAborted());
  interrupted.catch(() => {}); // it may come when nobody waits for it any more
  const counts = await startPodCounts(rehearsal.kubeconfig);
  let peak = 0;
  try {
    const upSeconds = (await Promise.race([update(rehearsal), interrupted])) ?? 0;
    const service = rehearsal.serving?.frontends().find(({ url }) => url.endsWith(`:${nodePort}`));
    if (!service) throw new Error("no frontend answers at the node port");
    const startTraffic = (file: string, load: readonly string[]) => {
      const report = join(out, `${file}.json`);
      const args = ["traffic", "--url", service.url, "--out", report, ...load];
      const { interrupt, ended } = run(rehearsal, join(out, `${file}.txt`), args);
      return { interrupt, ended: ended.then(() => readReport(report)) };
    };
    const pods = graphPods(rehearsal.kubeconfig);
    const measured = measure({
      url: service.url,
      upSeconds,
      async change(changed) {
        const config = Object.entries(changed).map(([key, value]) => [`dynamo:${key}`, value]);
        await rehearsal.engine.configure(Object.fromEntries(config));
        return update(rehearsal);
      },
      command: (file, ...args) => run(rehearsal, join(out, `${file}.txt`), args).ended,
      traffic: (file, load) => startTraffic(file, load).ended,
      steady(file, load) {
        const { ended, interrupt } = startTraffic(file, ["--requests", "1000000", ...load]);
        return {
          end() {
            interrupt();
            return ended;
          },
        };
      },
      peakGpus() {
        peak = Math.max(peak, counts.takeSpan().peak);
        return peak;
      },
      metrics: (file) => pods.metrics(join(out, file)),
      workersReady: () => pods.workersReady(2),
      endWorker: pods.endWorker,
    });
    await Promise.race([measured, interrupted]);
  } finally {
    await counts.stop();
    await rehearsal.stop();
  }
}

async function update({ engine }: Rehearsal): Promise<number> {
  const start = performance.now();
  await engine.stack.up({ onOutput: (text) => process.stderr.write(text) });
  return seconds(performance.now() - start);
}

export const seconds = (ms: number) => Math.round(ms / 100) / 10;

/** Runs a command of the project; what it prints is written to the file when it has ended, well or not. */
function run({ engine }: Rehearsal, file: string, args: readonly string[]) {
  const variables = engine.exports.map((text) => /^(PULUMI_\w+|KUBECONFIG)=(.*)$/.exec(text) ?? []);
  const env = Object.fromEntries(variables.map(([, name = "_", value = ""]) => [name, value]));
  const child = spawn(process.execPath, ["build/run.js", "commands/cli/start", ...args], {
    cwd: projectDir,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [code]]) => {
      writeFileSync(file, `${stdout}${stderr}`);
      return code === 0;
    },
  );
  return { ended, interrupt: () => void child.kill("SIGINT") };
}
