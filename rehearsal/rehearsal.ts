/** A whole rehearsal: control plane, simulated nodes, CRDs, platform, operator and engine. */
import { join } from "node:path";
import type { Stack } from "../config/project";
import { planStack } from "../plan/stack";
import type { Snapshot } from "../preflight/snapshot";
import { startCertManager } from "./certManager/certManager";
import { type ControlPlane, startControlPlane } from "./controlPlane";
import { readCrds } from "./crdFiles";
import { applyCrds, applyIssuerCrds, applyStandInCrds } from "./crds";
import { prepareDynamoOperator } from "./dynamoOperator";
import { type PulumiEngine, startEngine } from "./engine";
import type { Engines } from "./engines/engines";
import { startLoadBalancers } from "./loadBalancers";
import { createNodes, createNodesAs } from "./nodes";
import { preparePlatform } from "./platform";
import { operatorCommand } from "./realOperator/command";
import type { RunningOperator } from "./realOperator/operator";
import { layInCluster, savedNodes } from "./savedCluster";
import { createAddresses } from "./serve/addresses";
import { servableVersion } from "./serve/servable";
import { type Serving, startServing } from "./serve/serving";
import { buildTools, rehearsalTools } from "./tools";

/** What is rehearsed, and on what. */
export interface RehearsalOptions {
  readonly stack: Stack;
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** The cluster whose nodes, classes and quotas it has. Default: so many nodes, and nothing else. */
  readonly cluster?: Snapshot | undefined;
  /** Folders with CustomResourceDefinitions. None: stand-ins, generated from what the program writes. */
  readonly crds: readonly string[];
  /** Whether pods come to life. Default: they are simulated. */
  readonly serve?: boolean;
  /** Engines that serve, where pods come to life. Default: the mocker takes their place. */
  readonly engines?: Engines | undefined;
  /** Folder for the logs of pods that come to life. Default: they go with the rehearsal. */
  readonly logs?: string | undefined;
  readonly signal?: AbortSignal;
  /** Hears what is being done. */
  readonly report?: (line: string) => void;
  /** Hears, once, that a part has ended by itself without which the rehearsal is none: a real operator. */
  readonly onEnd?: (error: Error) => void;
}

export interface Rehearsal {
  readonly kubeconfig: string;
  readonly engine: PulumiEngine;
  /** Pods' processes and the frontends among them; undefined without `serve`. */
  readonly serving?: Serving;
  /** Has the stand-in operator of another release line take over; undefined where a real one runs. */
  readonly bringOperator?: RunningOperator["become"];
  /** Parts that are not the real thing. */
  readonly standIns: readonly string[];
  /** Ends every process and deletes every file of the rehearsal. */
  stop(): Promise<void>;
}

/**
 * Starts everything that `pulumi up` needs on this machine.
 * @throws Error if a part does not start. Nothing is left behind then.
 */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const {
    stack,
    nodes,
    gpusPerNode,
    cluster,
    crds,
    engines,
    logs,
    signal,
    report,
    onEnd = () => {},
  } = options;
  const runtime = options.serve ? (engines ?? servableVersion(stack.settings)) : undefined;
  const addresses = createAddresses();
  const parts: { stop(): Promise<void> }[] = [];
  const started = async <Part extends { stop(): Promise<void> }>(part: Promise<Part>): Promise<Part> => {
    parts.unshift(await part);
    signal?.throwIfAborted();
    return part;
  };
  const stop = async () => {
    for (const part of parts) await part.stop();
  };
  try {
    // What is wrong with folders or with the operator's command is reported before anything starts.
    const known: string[] = [];
    for (const dir of crds) known.push(...(await readCrds(dir)).map(({ metadata }) => metadata.name));
    const { runtime: dynamo } = stack.settings;
    const command = operatorCommand(dynamo.releaseLine, known);
    const tools = await buildTools(rehearsalTools, { report, signal });
    const { kubeconfig, directory }: ControlPlane = await started(
      startControlPlane(tools, { report, signal, kubelet: runtime && addresses.node }),
    );
    if (cluster === undefined) {
      report?.(`making ${nodes} nodes with ${gpusPerNode} GPUs each`);
      const [gpu] = engines?.gpus ?? [];
      const { zones } = stack.settings.cluster;
      await createNodes(kubeconfig, { nodes, gpusPerNode, gpu, zones, address: runtime && addresses.node });
    } else {
      const saved = savedNodes(cluster);
      report?.(`making the cluster's ${saved.length} nodes`);
      await createNodesAs(kubeconfig, saved, runtime && addresses.node);
    }
    const operator = await prepareDynamoOperator({
      ...{ kubeconfig, directory, command, runtime: dynamo, signal, onEnd },
    });
    report?.("applying the CustomResourceDefinitions");
    for (const dir of crds) await applyCrds(kubeconfig, dir, operator.adapt);
    if (crds.length === 0) await applyStandInCrds(kubeconfig);
    const plan = planStack(stack.settings);
    const issuer = plan.discovery.encryption?.issuerRef;
    if (issuer) await applyIssuerCrds(kubeconfig, issuer, known);
    await preparePlatform(kubeconfig, plan, stack.secretKeys.length > 0);
    const missing = cluster ? await layInCluster(kubeconfig, cluster, plan) : [];
    if (missing.length > 0) report?.(`not known of the cluster: ${missing.join(", ")}`);
    if (issuer) await started(startCertManager(kubeconfig, issuer));
    await started(startLoadBalancers(kubeconfig, runtime && addresses.ofService));
    const serving =
      runtime &&
      (await started(
        startServing({
          kubeconfig,
          addresses,
          runtime,
          directory: join(directory, "pods"),
          logs,
          report,
          signal,
        }),
      ));
    if (command) report?.(`starting ${command.program}, whose log is ${join(directory, "operator.log")}`);
    const { become } = await started(operator.start());
    const engine = await started(startEngine({ tools, kubeconfig, stack, signal, report }));
    const standIns = [
      ...(plan.platform ? ["the platform, whose Helm release is not installed"] : []),
      ...(command === undefined ? ["Dynamo operator"] : []),
      ...(issuer ? ["cert-manager and its issuer"] : []),
      ...engine.standIns,
      ...(serving
        ? [engines ? "weights (random)" : "engines (the Dynamo mocker)", "kubelet", "kube-proxy"]
        : []),
      "load balancers",
      ...(crds.length === 0 ? ["CustomResourceDefinitions"] : []),
    ];
    return { kubeconfig, engine, serving, bringOperator: become, standIns, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
