/**
 * The pods of a graph as processes of this machine: the released frontend, and the released mocker in the place of an
 * engine that needs GPUs. Their env is that of the graph's pods. Only addresses, home and model are of this machine:
 * each has a loopback address of its own, with the ports that the operator gives pods.
 *
 * Not all can be moved there. A frontend of 0.8 takes the workers' answers on the first address of the machine that is
 * not loopback, and with DYN_EVENT_PLANE=zmq workers publish events on every address.
 */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { Env } from "../../config/runtime/release";
import type { RuntimeVersion } from "../../rehearsal/runtime/install";
import { frontendArgs, localEnv, mockerArgs, ports } from "../../rehearsal/runtime/modules";
import { writeTinyModel } from "../../rehearsal/runtime/tinyModel";
import { type DynamoProcess, startProcess } from "./dynamoProcess";
import { ask, isHealthy, modelsOf } from "./frontendClient";

/** What the operator says to workers; without the last no mocker is healthy. */
const workerEnv: Env = {
  DYN_SYSTEM_PORT: `${ports.system}`,
  DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS: '["generate"]',
};

export interface PodOptions {
  readonly env: Env;
  readonly args?: readonly string[];
}

export interface RuntimeOptions {
  /** Path of the Python that {@link installRuntime} gives. */
  readonly python: string;
  /** The version that it has. */
  readonly version: RuntimeVersion;
  readonly frontend: PodOptions;
  readonly workers: readonly PodOptions[];
  /** Name that clients know the model by; "rehearsal/tiny" by default. */
  readonly model?: string;
  /** Folder for the model, logs and caches. It is left to the caller. */
  readonly directory: string;
  /** How long to wait until it serves, in ms; 60 000 by default. */
  readonly timeout?: number;
}

export interface RuntimePod extends DynamoProcess {
  /** On which its ports are. */
  readonly address: string;
}

export interface LocalRuntime {
  /** Where the frontend answers: `http://host:port`. */
  readonly url: string;
  /** Name that the frontend knows the model by. */
  readonly model: string;
  readonly frontend: RuntimePod;
  readonly workers: readonly RuntimePod[];
  /** Stops every process, all at once, as the pods of a graph that is deleted. */
  stop(): Promise<void>;
  /** The same by SIGKILL, which takes no time. */
  kill(): Promise<void>;
}

/**
 * Starts a frontend and workers, and waits until each worker is healthy, and the frontend lists the model and has
 * answers from it.
 * @throws Error with the end of a log where one of them ends, or the time is over. None runs then.
 */
export async function startRuntime(options: RuntimeOptions): Promise<LocalRuntime> {
  const { python, version, model = "rehearsal/tiny", directory, timeout = 60_000 } = options;
  await writeTinyModel(join(directory, model));
  // Random, so that what runs at the same time does not meet.
  const network = `127.${randomInt(1, 255)}.${randomInt(255)}`;
  const hosts = { frontend: `${network}.1`, worker: (index: number) => `${network}.${index + 2}` };
  const url = `http://${hosts.frontend}:${ports.http}`;
  const running: DynamoProcess[] = [];

  async function start(name: string, address: string, module: readonly string[], pod: PodOptions) {
    const command = [python, "-m", ...module, ...(pod.args ?? [])];
    const env = { ...pod.env, ...localEnv(address, version) };
    const started = { ...(await startProcess({ name, command, env, directory })), address };
    running.push(started);
    return started;
  }
  const startFrontend = () =>
    start("frontend", hosts.frontend, ["dynamo.frontend", ...frontendArgs(hosts.frontend)], options.frontend);
  const startWorker = ({ env, args }: PodOptions, index: number) => {
    const pod = { env: { ...env, ...workerEnv }, args };
    return start(`worker-${index}`, hosts.worker(index), ["dynamo.mocker", ...mockerArgs(model)], pod);
  };

  const listsModel = async () => (await modelsOf(url)).includes(model);
  /** Each worker has its turn. */
  async function allAnswer() {
    for (const _ of options.workers)
      if (!(await ask(url, model, "hello").catch(() => undefined))) return false;
    return true;
  }
  async function endAll(end: "stop" | "kill") {
    await Promise.all(running.map((each) => each[end]()));
  }

  try {
    const [frontend, ...workers] = await Promise.all([startFrontend(), ...options.workers.map(startWorker)]);
    await Promise.all([
      frontend.until(listsModel, `does not list ${model}`, timeout),
      ...workers.map((worker, index) => {
        const health = `http://${hosts.worker(index)}:${ports.system}/health`;
        return worker.until(() => isHealthy(health), "is not healthy", timeout);
      }),
    ]);
    // The mocker of 0.8 is healthy 0.2 s before it can answer.
    await frontend.until(allAnswer, "does not answer", timeout);
    return { url, model, frontend, workers, stop: () => endAll("stop"), kill: () => endAll("kill") };
  } catch (error) {
    await endAll("kill");
    throw error;
  }
}
