/** The cluster that hooks talk to, which run while an update does: the one that the provider talks to. */
import { existsSync } from "node:fs";
import type { ApiConstructor, ApiType, KubeConfig } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";

export interface ClusterAddress {
  /** A kubeconfig, or the path of one. @default the one that kubectl takes */
  readonly kubeconfig?: string | undefined;
  /** Context of the kubeconfig. @default the current one */
  readonly context?: string | undefined;
}

/** Tells the cluster when it is needed: a provider may only know it when others are made. */
export type Cluster = () => Promise<ClusterAddress>;

/** The cluster of a component's objects: that of its provider, or else of the stack's config of the package kubernetes. */
export function clusterOf(component: pulumi.Resource): Cluster {
  return async () => {
    const provider = component.getProvider("kubernetes:core/v1:Namespace");
    // Pulumi gives a provider its inputs as outputs, and its type tells of none. One of another process has none.
    const { kubeconfig, context } = (provider ?? {}) as Partial<Record<string, pulumi.Output<string>>>;
    if (provider !== undefined) return { kubeconfig: await known(kubeconfig), context: await known(context) };
    const config = new pulumi.Config("kubernetes");
    return { kubeconfig: config.get("kubeconfig"), context: config.get("context") };
  };
}

/** The value of an output of a resource that is made. */
function known<T>(output: pulumi.Output<T> | undefined): Promise<T | undefined> {
  return new Promise(
    (resolve) => void pulumi.output(output).apply((value) => resolve(value as T | undefined)),
  );
}

/** A way to the cluster's API. */
export async function connect(cluster: Cluster) {
  // Loaded when needed, and not before: a preview has no use for it.
  const client = await import("@kubernetes/client-node");
  const { kubeconfig, context } = await cluster();
  const config: KubeConfig = new client.KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else if (existsSync(kubeconfig)) config.loadFromFile(kubeconfig);
  else config.loadFromString(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  return {
    client,
    config,
    api: <T extends ApiType>(type: ApiConstructor<T>): T => config.makeApiClient(type),
  };
}
