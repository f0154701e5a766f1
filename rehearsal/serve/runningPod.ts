/** The life of one pod on its node. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  type CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
} from "@kubernetes/client-node";
import { createMember, type Member } from "../members/member";
import { logOf, type Place } from "../members/place";
import type { LocalPod } from "../members/pod";
import { podIP } from "./addresses";
import { type PodState, podStatus } from "./podStatus";

interface RunningPodOptions {
  readonly core: CoreV1Api;
  readonly pod: V1Pod;
  readonly place: Place;
  /** Address of its node. */
  readonly node: string;
  /** Its process, asked for anew at each start. @default none: it is simulated */
  readonly prepare?: (place: Place) => Promise<LocalPod>;
  /** End of the last pod of the same name, which has the same place. */
  readonly previous?: Promise<void>;
  readonly report?: (line: string) => void;
}

/** A pod that a rehearsal serves, while it lives. */
export interface RunningPod {
  /** Resolves when its process and the pod itself are gone. */
  readonly ended: Promise<void>;
  /**
   * Ends the process, then the pod, unless it ends already; 0 kills it in any case.
   * @param gracePeriod in seconds, the pod's own by default
   */
  end(gracePeriod?: number): void;
  /** Ends the process at once, and leaves the pod. */
  abandon(): Promise<void>;
}

/** Between two starts of a process that ends by itself, in ms: doubled each time, until it was Ready. */
const backOff = { first: 1_000, last: 30_000 };
/** Between two looks at a process, in ms. */
const lookPeriod = 100;
/** Number of attempts of a request to the API server. */
const maximumTries = 10;

/** `namespace/name`, which a pod has to itself as long as it is there. */
export const podKey = ({ metadata }: V1Pod) => `${metadata?.namespace}/${metadata?.name}`;

/** Does for a pod what its kubelet would: starts its process, probes it, reports its status, and starts it again where it ends. */
export function runPod({ core, pod, place, node, prepare, previous, report }: RunningPodOptions): RunningPod {
  const { name = "", namespace = "", uid, ownerReferences } = pod.metadata ?? {};
  const member = prepare && createMember(place, () => prepare(place));
  const stop = new AbortController();
  const ending = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
  const pause = (time: number) => sleep(time, undefined, { signal: stop.signal }).catch(() => {});
  let gracePeriod: number | undefined;
  let isAbandoned = false;
  let state: PodState = { phase: "Pending", ready: false, restarts: 0, container: {}, since: new Date() };

  async function patchStatus(change: Partial<PodState>) {
    const since = (change.ready ?? state.ready) === state.ready ? state.since : new Date();
    state = { ...state, ...change, since };
    const body = { metadata: { uid }, status: podStatus(pod, state, { node, pod: podIP(place.address) }) };
    await insist(() => core.patchNamespacedPodStatus({ name, namespace, body }, strategicMerge));
  }
  const wait = (reason: string, message: string) =>
    patchStatus({ ready: false, container: { waiting: { reason, message } } });
  const runs = () => patchStatus({ phase: "Running", container: { running: { startedAt: new Date() } } });

  /** Runs until it is to end, or has done what it had to. */
  async function live(process: Member) {
    for (let delay = backOff.first; !stop.signal.aborted; delay = Math.min(2 * delay, backOff.last)) {
      const failure = await process.start().catch((error: Error) => error);
      if (failure) {
        await wait("CreateContainerConfigError", failure.message);
      } else {
        await runs();
        const { code, wasReady } = await follow(process);
        if (stop.signal.aborted) return;
        if (!startsAgain(pod, code)) return finish(code);
        report?.(`pod ${podKey(pod)} has ended with ${code} and starts again; its log: ${logOf(place)}`);
        await wait("CrashLoopBackOff", `ended with ${code}`);
        state = { ...state, restarts: state.restarts + 1 };
        if (wasReady) delay = backOff.first;
      }
      await pause(delay);
    }
  }

  /** Reports each change of readiness, until the process has ended or is to. */
  async function follow(process: Member) {
    let code: number | string | undefined;
    let wasReady = false;
    process.ended?.then((end) => {
      code = end;
    });
    for (; code === undefined && !stop.signal.aborted; await pause(lookPeriod)) {
      const ready = process.isReady;
      if (ready !== state.ready) await patchStatus({ ready });
      wasReady ||= ready;
    }
    return { code, wasReady };
  }

  async function simulate() {
    await runs();
    if (ownerReferences?.[0]?.kind === "Job") await finish(0);
    else await patchStatus({ ready: true });
  }

  async function finish(code: number | string | undefined) {
    const phase = code === 0 ? "Succeeded" : "Failed";
    if (phase === "Failed") report?.(`pod ${podKey(pod)} has failed with ${code}; its log: ${logOf(place)}`);
    const exitCode = typeof code === "number" ? code : 137;
    await patchStatus({
      phase,
      ready: false,
      container: { terminated: { exitCode, finishedAt: new Date() } },
    });
  }

  async function whole() {
    await previous;
    if (!stop.signal.aborted) await (member ? live(member) : simulate());
    await ending;
    if (isAbandoned) return;
    if (gracePeriod !== 0 && member?.isReady) await sleep(1000 * preStopSeconds(pod));
    await member?.stop(gracePeriod);
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    await insist(() => core.deleteNamespacedPod({ name, namespace, body }));
  }

  return {
    ended: whole().catch((error: Error) => report?.(`pod ${podKey(pod)}: ${error.message}`)),
    end(seconds) {
      gracePeriod = seconds;
      if (stop.signal.aborted && seconds === 0) void member?.kill();
      stop.abort();
    },
    async abandon() {
      isAbandoned = true;
      stop.abort();
      await member?.killPod();
      await this.ended;
      await member?.killPod(); // it may have been about to start
    },
  };
}

/** The one kind of preStop hook that is known here: `sleep N`. Others end at once. */
function preStopSeconds({ spec }: V1Pod): number {
  const commands = (spec?.containers ?? []).map(({ lifecycle }) => lifecycle?.preStop?.exec?.command ?? []);
  return Math.max(0, ...commands.map(([command, seconds]) => (command === "sleep" ? Number(seconds) : 0)));
}

const startsAgain = ({ spec }: V1Pod, code: unknown) =>
  spec?.restartPolicy === "Always" || (spec?.restartPolicy === "OnFailure" && code !== 0);

const strategicMerge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

/** A pod that is gone, or that another of its name has followed, has no status to report. */
async function insist(request: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await request();
      return;
    } catch (error) {
      if (error instanceof ApiException && (error.code === 404 || error.code === 409)) return;
      if (tries === maximumTries) throw error;
      await sleep(lookPeriod * tries);
    }
}
