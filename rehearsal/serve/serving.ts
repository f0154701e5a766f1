/**
 * Life for the pods of a rehearsal: a real process for each pod that something on this machine can stand for, with the
 * env, the files and the rights of its pod. Frontends are the released ones, the released mocker takes the place of
 * engines unless this machine has them, and NATS, etcd and the Job of its users run as rendered.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, CustomObjectsApi, type V1Pod } from "@kubernetes/client-node";
import { clusterConfig } from "../clients";
import type { Engines } from "../engines/engines";
import { certificateOf, withLocalCertificates } from "../members/localCertificates";
import type { Place } from "../members/place";
import { type PodSource, preparePod, runsHere, serverContainer } from "../members/pod";
import { installRuntime, type RuntimeVersion, runtimeVersions } from "../runtime/install";
import { buildTools, serverTools } from "../tools";
import type { Addresses } from "./addresses";
import { dynamoRole, mainContainer, prepareDynamoPod } from "./dynamoPod";
import { startKubelet } from "./kubelet";
import { linkClaimedVolumes, readPodSource } from "./podSource";
import { createPortForwards } from "./portForwards";
import { writeKubeconfig } from "./serviceAccount";
import { startServices } from "./services";

interface ServingOptions {
  readonly kubeconfig: string;
  readonly addresses: Addresses;
  /** Version for pods whose image is of none that can be installed, or the engines of this machine, whose runtime all pods have. */
  readonly runtime: RuntimeVersion | Engines;
  /** Folder for volumes and models. It is left to the caller. */
  readonly directory: string;
  /** Folder of the pods' logs, which stay. @default undefined: they are in the directory */
  readonly logs?: string | undefined;
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A Service that leads to frontends. */
export interface ServedFrontend {
  /** Name of the Service. */
  readonly name: string;
  readonly url: string;
}

/** Pods of a cluster that run as processes of this machine. */
export interface Serving {
  frontends(): ServedFrontend[];
  /** Ends every process at once. */
  stop(): Promise<void>;
}

/**
 * Serves the pods of a control plane that leaves them to somebody else, from now on, as they come and go.
 * @throws Error where a runtime or a server can't be installed; the signal's reason where it is aborted
 */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const { kubeconfig, addresses, directory, report, signal } = options;
  const config = clusterConfig(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const forwards = createPortForwards(config.makeApiClient(CustomObjectsApi));
  const tools = await buildTools(serverTools, { report, signal });
  const engines = typeof options.runtime === "string" ? undefined : options.runtime;
  if (typeof options.runtime === "string") await installRuntime(options.runtime, { report, signal });
  const binaries: PodSource["binaries"] = {
    "nats-server": tools.natsServer,
    "prometheus-nats-exporter": tools.natsExporter,
    etcd: tools.etcd,
    etcdctl: tools.etcdctl,
    etcdutl: tools.etcdutl,
    node: process.execPath,
  };
  for (const folder of [directory, options.logs ?? directory])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const services = await startServices({ config, addresses, report });

  function placeOf({ metadata }: V1Pod): Place {
    const { name = "", namespace = "" } = metadata ?? {};
    const root = join(directory, namespace, name);
    const log = options.logs && join(options.logs, `${namespace}-${name}.log`);
    return { name, address: addresses.ofPod(namespace, name), root, log, hosts: services.hosts };
  }

  /** The Python for a pod, and the version of its runtime. */
  async function runtimeOf(pod: V1Pod) {
    if (typeof options.runtime !== "string") {
      const { path, runtime } = options.runtime.python;
      return { python: path, version: runtime };
    }
    const [, tag] = /:([^/@]+)$/.exec(mainContainer(pod).image ?? "") ?? [];
    const version = runtimeVersions.find((known) => known === tag) ?? options.runtime;
    return { python: await installRuntime(version, { report }), version };
  }

  async function prepareGraphPod(pod: V1Pod, place: Place) {
    await forwards.open(pod, place.address);
    const own = `${place.root}.kubeconfig`;
    await writeKubeconfig(config, core, pod, own);
    const runtime = await runtimeOf(pod);
    const source = await readPodSource(core, pod);
    const models = join(directory, "models");
    const temporary = join(directory, "t", place.address);
    return prepareDynamoPod({ source, ...runtime, kubeconfig: own, models, temporary, engines }, place);
  }

  async function prepareServer(pod: V1Pod, place: Place) {
    await linkClaimedVolumes(core, pod, place.root);
    const source = await readPodSource(core, pod);
    const cluster = certificateOf(pod, source.secrets);
    const local = certificateOf(pod, withLocalCertificates(source.secrets, place.hosts));
    await forwards.open(pod, place.address, cluster && local && { cluster, local });
    return preparePod({ ...source, binaries }, place);
  }

  function programOf(pod: V1Pod) {
    const isServer = () => !pod.spec?.initContainers?.length && runsHere(serverContainer(pod), binaries);
    const prepare = dynamoRole(pod) ? prepareGraphPod : isServer() ? prepareServer : undefined;
    return prepare && ((place: Place) => prepare(pod, place));
  }

  const kubelet = await startKubelet({ config, node: addresses.node, placeOf, programOf, report });
  return {
    frontends: () =>
      services.all().flatMap(({ metadata, spec }) => {
        const { name = "", namespace = "" } = metadata ?? {};
        const [port] = spec?.ports ?? [];
        if (spec?.selector?.["nvidia.com/dynamo-component-type"] !== "frontend" || !port) return [];
        const { nodePort } = port;
        const host = nodePort
          ? `${addresses.node}:${nodePort}`
          : `${addresses.ofService(namespace, name)}:${port.port}`;
        return [{ name, url: `http://${host}` }];
      }),
    async stop() {
      await kubelet.stop();
      await services.stop();
      await forwards.stop();
    },
  };
}
