/** A stack whose metrics are real: its servers, one graph and Prometheus, as processes with the labels of a cluster. */
import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { V1Container, V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { DiscoveryMode } from "../../config/names";
import { stackConfig } from "../../config/schema";
import { podMonitorSpec } from "../../plan/monitoring/podMonitors";
import { planStack, type StackPlan } from "../../plan/stack";
import type { GraphResource } from "../../rehearsal/operator/graphResource";
import { readGraph } from "../../rehearsal/operator/graphVersions";
import { render } from "../../rehearsal/operator/render";
import { installRuntime, type RuntimeVersion } from "../../rehearsal/runtime/install";
import { buildTools } from "../../rehearsal/tools";
import type { Members } from "../members/members";
import { type Prometheus, type PrometheusOptions, startPrometheus } from "../prometheus/prometheus";
import { type LocalRuntime, startRuntime } from "../runtime/runtime";
import { createDiscoveryPlane, type LocalDiscoveryPlane } from "./discoveryPlane";

export interface SceneOptions {
  readonly version: RuntimeVersion;
  readonly mode: DiscoveryMode;
  /** Members of NATS and of etcd; 1 by default. */
  readonly replicas?: number;
  /** Of the discovery config; the runtime's own by default. */
  readonly requestPlane?: "tcp" | "nats";
  readonly frontendArgs?: readonly string[];
  /** As many as there are workers; two without arguments by default. */
  readonly workers?: readonly (readonly string[])[];
  /** Of the one graph, beside its name, its model and its workers. */
  readonly graph?: object;
  /** Of NATS, beside its replicas. */
  readonly nats?: object;
  readonly rules?: (plan: StackPlan) => PrometheusOptions["rules"];
  /** It is left to the caller. */
  readonly directory: string;
}

export interface Scene {
  readonly plan: StackPlan;
  /** Where the mode has one. */
  readonly plane: LocalDiscoveryPlane | undefined;
  readonly runtime: LocalRuntime;
  readonly prometheus: Prometheus;
  /** What is scraped at first: members of NATS, of etcd, the frontend, workers. */
  readonly pods: readonly V1Pod[];
  /** Ends every process at once. */
  kill(): Promise<void>;
}

const report = (line: string) => process.stderr.write(`${line}\n`);

/**
 * Starts all, one after the other.
 *
 * Without an API server a graph of the mode `kubernetes` discovers by files, which only runtimes since 1.0 can. Nothing
 * of its metrics depends on that.
 * @throws Error where one of them does not start. Nothing runs then.
 */
export async function startScene(options: SceneOptions): Promise<Scene> {
  const { version, mode, replicas = 1, requestPlane, frontendArgs, workers = [[], []], directory } = options;
  const members = { nats: { replicas, ...options.nats }, etcd: { replicas } };
  const discovery = mode === "nats-etcd" ? { mode, ...members, requestPlane } : { mode };
  const model = "rehearsal/tiny";
  const plan = planStack(
    stackConfig.parse({
      runtime: { version },
      discovery,
      graphs: [{ ...options.graph, name: "chat", model, workers: { replicas: workers.length } }],
    }),
  );
  const tools = await buildTools(["prometheus", "natsExporter"], { report });
  const python = await installRuntime(version, { report });
  const running: { kill(): Promise<void> }[] = [];
  const kill = async () => {
    await Promise.all(running.map((each) => each.kill()));
  };
  try {
    const sidecars = { "prometheus-nats-exporter": tools.natsExporter };
    const plane = plan.discovery.servers && (await createDiscoveryPlane(discovery, directory, { sidecars }));
    if (plane) {
      running.push(plane);
      await plane.start();
    }
    const [frontendPod, ...workerPods] = graphPods(plan);
    const env = plane?.env() ?? { DYN_DISCOVERY_BACKEND: "file", DYN_FILE_KV: join(directory, "discovery") };
    const runtime = await startRuntime({
      python,
      version,
      model,
      directory: await mkdtemp(join(directory, "graph-")),
      frontend: { env: { ...envOf(frontendPod), ...env }, args: frontendArgs },
      workers: workers.map((args, index) => ({ env: { ...envOf(workerPods[index]), ...env }, args })),
    });
    running.push(runtime);

    const addresses = [runtime.frontend, ...runtime.workers].map(({ address }) => address);
    const pods = [
      ...(plane ? memberPods(plane.nats, plane.plans.nats.members.statefulSet) : []),
      ...(plane ? memberPods(plane.etcd, plane.plans.etcd.members.statefulSet) : []),
      ...[frontendPod, ...workerPods].map((pod, index) => ({ ...pod, status: { podIP: addresses[index] } })),
    ];
    await mkdir(join(directory, "prometheus"));
    const prometheus = await startPrometheus({
      tools,
      directory: join(directory, "prometheus"),
      podMonitors: plan.podMonitors.map((monitor) => ({ metadata: monitor, spec: podMonitorSpec(monitor) })),
      pods,
      rules: options.rules?.(plan),
    });
    running.push({ kill: prometheus.stop });
    return { plan, plane, runtime, prometheus, pods, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** The pods of a StatefulSet, where its members are. */
function memberPods({ members }: Members, { metadata, spec }: V1StatefulSet): V1Pod[] {
  return members.map(({ name, address }) => ({
    metadata: { ...spec?.template.metadata, name, namespace: metadata?.namespace },
    spec: spec?.template.spec,
    status: { podIP: address },
  }));
}

/** The pods of the first graph, as the operator makes them: the frontend's, then the workers'. */
function graphPods({ graphs: [graph], runtime: { operator: release } }: StackPlan): V1Pod[] {
  const objects = render(readGraph(structuredClone(graph?.deployment) as GraphResource), { release });
  return objects
    .filter((object): object is V1Deployment => object.kind === "Deployment")
    .flatMap(({ metadata, spec }) =>
      Array.from({ length: spec?.replicas ?? 1 }, (_, index) => ({
        metadata: {
          ...spec?.template.metadata,
          name: `${metadata?.name}-${index}`,
          namespace: metadata?.namespace,
        },
        spec: spec?.template.spec,
      })),
    );
}

/** What the operator and the plan say to a pod, without what comes out of Secrets. */
function envOf(pod: V1Pod | undefined): Record<string, string> {
  const main = pod?.spec?.containers.find(({ name }) => name === "main") as V1Container;
  const { name = "", namespace = "" } = pod?.metadata ?? {};
  const given = (main.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
  return { ...Object.fromEntries(given), POD_NAME: name, POD_NAMESPACE: namespace };
}
