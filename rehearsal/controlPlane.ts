import { chmod, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CoreV1Api, StorageV1Api } from "@kubernetes/client-node";
import { apiClient } from "./clients";
import {
  createControlPlaneDirectory,
  processesIn,
  removeAbandonedControlPlanes,
} from "./controlPlaneDirectory";
import { cluster, prepareKwokctl } from "./kwokctl";
import type { Tools } from "./tools";

export interface ControlPlane {
  /** Path of a kubeconfig file (mode 0600) in the control plane's private directory. */
  readonly kubeconfig: string;
  readonly context: string;
  /** Private (mode 0700), and deleted with the control plane, by the next start at the latest. */
  readonly directory: string;
  /** Ends every process of the control plane and deletes every file that it made. */
  stop(): Promise<void>;
}

const components = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"];

interface ControlPlaneOptions {
  /** Hears what is being done. */
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
  /**
   * Loopback address of all nodes. Where it is given, pods are left to somebody else, and kwok stands there in the place
   * of the kubelets' servers: a PortForward says where a port of a pod is.
   */
  readonly kubelet?: string;
}

/**
 * Starts a Kubernetes control plane on 127.0.0.1, on free ports: etcd, API server, controller manager and scheduler as
 * a cluster has them, and kwok in the place of kubelets: a scheduled pod becomes Ready, a deleted one goes. It has no
 * nodes yet. The default StorageClass is `standard`.
 *
 * It lives as long as the process that started it: what a killed process leaves behind, the next start removes.
 *
 * @throws Error with the last lines of its log where a component does not stay up; the signal's reason where it is
 *   aborted. Nothing is left behind then.
 */
export async function startControlPlane(
  tools: Tools,
  options: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const { report, signal } = options;
  signal?.throwIfAborted();
  await removeAbandonedControlPlanes();
  const directory = await createControlPlaneDirectory();
  try {
    report?.("starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok");
    const kubeconfig = join(directory.path, "kubeconfig");
    const kwokctl = await prepareKwokctl(tools, directory.path, options);
    await kwokctl("create", "cluster", "--kubeconfig", kubeconfig);
    await chmod(kubeconfig, 0o600);
    await ready(directory.path, kubeconfig, () => kwokctl("start", "cluster"), signal);
    await createDefaultStorageClass(kubeconfig);
    signal?.throwIfAborted();
    return { kubeconfig, context: `kwok-${cluster}`, directory: directory.path, stop: directory.remove };
  } catch (error) {
    await directory.remove();
    throw signal?.aborted ? signal.reason : error;
  }
}

/**
 * Waits until the default ServiceAccount exists: the controller manager makes it, so then both that and the API server
 * work. The controller manager ends where the API server takes over 10 s to come up (a busy machine), so what has
 * ended is started again, three times.
 */
async function ready(
  directory: string,
  kubeconfig: string,
  restart: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const account = { name: "default", namespace: "default" };
  const files = join(directory, "clusters", cluster);
  const deadline = Date.now() + 120_000;
  for (let restarts = 0; ; await setTimeout(200, undefined, { signal })) {
    const running = (await processesIn(directory)).map(({ program }) => program);
    const ended = components.find((component) => !running.includes(component));
    if (ended) {
      const log = await readFile(join(files, "logs", `${ended}.log`), "utf8");
      const end = log.trim().split("\n").slice(-5).join("\n");
      if (++restarts > 3) throw new Error(`${ended} does not stay up; the end of its log:\n${end}`);
      // kwokctl takes a process that nobody has waited for yet as one that runs.
      await rm(join(files, "pids", `${ended}.pid`), { force: true });
      await restart();
    } else if (await core.readNamespacedServiceAccount(account).catch(() => undefined)) return;
    if (Date.now() > deadline) throw new Error("the control plane does not answer after 120 s");
  }
}

/** As most clusters have it: a volume is made when a pod needs it. */
async function createDefaultStorageClass(kubeconfig: string): Promise<void> {
  await apiClient(kubeconfig, StorageV1Api).createStorageClass({
    body: {
      metadata: {
        name: "standard",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "kubernetes.io/host-path",
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
    },
  });
}
