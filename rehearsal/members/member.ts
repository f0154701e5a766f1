/** One member: a process in the place of a pod, started, probed and stopped as a kubelet does. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { endOf, launch } from "../launch";
import { logOf, type Place } from "./place";
import type { LocalPod, Program } from "./pod";
import { type Probe, passes } from "./probes";

/** A pod of a StatefulSet as processes of this machine, with its kubelet's part: probes, hooks and grace period. */
export interface Member {
  readonly name: string;
  readonly address: string;
  /** Process id of its server, while one runs. */
  readonly pid: number | undefined;
  /** End of the server that started last: its code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string> | undefined;
  /** Whether the Service sends clients to it. */
  readonly isReady: boolean;
  /** Starts it, unless it runs. It need not be Ready then. */
  start(): Promise<void>;
  /**
   * Runs the preStop hook, then sends SIGTERM, and SIGKILL once the grace period is over.
   * @param gracePeriod in seconds, the pod's own by default
   */
  stop(gracePeriod?: number): Promise<void>;
  /** Sends SIGKILL to the server. Nothing starts it again by itself, and what runs beside it lives on. */
  kill(): Promise<void>;
  /** Sends SIGKILL to all that runs. */
  killPod(): Promise<void>;
  /** Does one of its probes now, once. */
  probe(probe: Probe): Promise<boolean>;
  /**
   * Waits until it is Ready.
   * @param timeout in ms, 30 000 by default
   * @throws Error with the end of its log where it ends, or the time is over
   */
  untilReady(timeout?: number): Promise<void>;
  /** The last lines, 20 by default, of what it has written in all its life. */
  log(lines?: number): Promise<string>;
}

/** One life of a server. */
interface Run {
  readonly pod: LocalPod;
  readonly server: ChildProcess;
  readonly ended: Promise<number | string>;
  stopped?: Promise<void>;
}

/** A process beside the server, which outlives it. */
interface Sidecar {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** Between two probes, in ms. A kubelet lets `periodSeconds` pass. */
const probePeriod = 250;

/**
 * From the end of a preStop hook to SIGTERM, in ms. A kubelet's calls take about as long; a hook's own signal, on a busy
 * machine, would be overtaken by one that comes at once.
 */
const signalDelay = 100;

/** @param prepare is asked at each start, which fails where it does */
export function createMember(place: Place, prepare: () => Promise<LocalPod>): Member {
  const { name, address, root } = place;
  const files = { directory: root, log: logOf(place) };
  let run: Run | undefined;
  let ended: Run["ended"] | undefined;
  let sidecars: Sidecar[] = [];
  let isReady = false;
  let starting: Promise<void> | undefined;

  /** Those who ask while it starts wait for the same start. */
  function start() {
    starting ??= startAnew().finally(() => {
      starting = undefined;
    });
    return starting;
  }

  async function startAnew() {
    await run?.stopped;
    if (run) return;
    await mkdir(root, { recursive: true });
    const pod = await prepare();
    const server = await launch({ ...files, ...pod });
    ended = endOf(server);
    run = { pod, server, ended };
    server.once("exit", () => {
      run = undefined;
      isReady = false;
      pod.ended?.();
    });
    void watch(run);
    if (sidecars.length === 0) sidecars = await Promise.all([...pod.sidecars].map(startSidecar));
  }

  async function startSidecar([container, program]: [string, Program]): Promise<Sidecar> {
    const process = await launch({ ...files, log: `${root}-${container}.log`, ...program });
    return { process, ended: once(process, "exit") };
  }

  /** They keep nothing that an orderly end would save. */
  async function endSidecars() {
    for (const { process } of sidecars) process.kill("SIGKILL");
    await Promise.all(sidecars.map(({ ended }) => ended));
    sidecars = [];
  }

  /** Readiness counts once startup has succeeded, and until the pod is told to stop. */
  async function watch(watched: Run) {
    const goesOn = () => run === watched && !watched.stopped;
    while (goesOn() && !(await probe("startup"))) await sleep(probePeriod);
    const { failureThreshold = 3 } = watched.pod.container.readinessProbe ?? {};
    for (let failures = 0; goesOn(); await sleep(probePeriod)) {
      failures = (await probe("readiness")) ? 0 : failures + 1;
      if (goesOn() && (failures === 0 || failures >= failureThreshold)) isReady = failures === 0;
    }
  }

  async function probe(kind: Probe) {
    return run !== undefined && passes(run.pod, kind, address);
  }

  async function stop({ pod, server, ended }: Run, gracePeriod = pod.gracePeriod) {
    isReady = false;
    const grace = setTimeout(() => server.kill("SIGKILL"), gracePeriod * 1000);
    const hook = pod.preStop && (await launch({ ...files, command: pod.preStop, env: pod.env }));
    if (hook) await Promise.race([once(hook, "exit").then(() => sleep(signalDelay)), ended]);
    server.kill("SIGTERM");
    await ended;
    hook?.kill("SIGKILL");
    clearTimeout(grace);
  }

  async function kill() {
    run?.server.kill("SIGKILL");
    await run?.ended;
  }

  async function log(lines = 20) {
    const text = await readFile(files.log, "utf8").catch(() => ""); // it has never started
    return text.trimEnd().split("\n").slice(-lines).join("\n");
  }

  return {
    name,
    address,
    get pid() {
      return run?.server.pid;
    },
    get ended() {
      return ended;
    },
    get isReady() {
      return isReady;
    },
    start,
    async stop(gracePeriod) {
      await endSidecars();
      if (!run) return;
      run.stopped ??= stop(run, gracePeriod);
      await run.stopped;
    },
    kill,
    async killPod() {
      await Promise.all([kill(), endSidecars()]);
    },
    probe,
    async untilReady(timeout = 30_000) {
      for (const deadline = Date.now() + timeout; !isReady; await sleep(50)) {
        const failure = !run ? "has ended" : Date.now() > deadline && `is not Ready after ${timeout} ms`;
        if (failure) throw new Error(`${name} ${failure}; the end of its log:\n${await log()}`);
      }
    },
    log,
  };
}
