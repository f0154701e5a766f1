/** The cluster that hooks talk to, which run while an update does: the one that the provider talks to. */
import type { ApiConstructor, ApiType } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { limitRequests } from "../../preflight/read/limits";
import { readKubeconfig } from "./kubeconfig";

export interface ClusterAddress {
  /** A kubeconfig, or the path of one. @default the one that kubectl takes */
  readonly kubeconfig?: string | undefined;
  /** Context of the kubeconfig. @default the current one */
  readonly context?: string | undefined;
}

/** Tells the cluster when it is needed: a provider may only know it when others are made. */
export type Cluster = () => Promise<ClusterAddress>;

const addresses = new WeakMap<pulumi.Resource, ClusterAddress>();

/** Tells the address of a provider's cluster, which a preview can't ask a provider for. */
export function leadsTo<P extends pulumi.ProviderResource>(provider: P, address: ClusterAddress): P {
  addresses.set(provider, address);
  return provider;
}

/** The cluster of a component's objects: that of its provider, or else of the stack's config of the package kubernetes. */
export function clusterOf(component: pulumi.Resource): Cluster {
  return async () => {
    const provider = component.getProvider("kubernetes:core/v1:Namespace");
    if (provider === undefined) {
      const config = new pulumi.Config("kubernetes");
      return { kubeconfig: config.get("kubeconfig"), context: config.get("context") };
    }
    const address = addresses.get(provider);
    if (address !== undefined) return address;
    // Pulumi gives a provider its inputs as outputs, and its type tells of none. One of another process has none.
    const { kubeconfig, context } = provider as pulumi.ProviderResource &
      Partial<Record<"kubeconfig" | "context", pulumi.Output<string>>>;
    return { kubeconfig: await known(kubeconfig), context: await known(context) };
  };
}

/** The value of an output of a resource that is made. */
async function known<T>(output: pulumi.Output<T> | undefined): Promise<T | undefined> {
  if (output === undefined) return undefined;
  const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
  if (!(await isKnown)) throw new Error("the cluster is only known when its provider is made");
  return new Promise((resolve) => void output.apply((value) => resolve(value as T | undefined)));
}

/** A way to the cluster's API. */
export async function connect(cluster: Cluster) {
  // Loaded when needed: a preview without a cluster has no use for it.
  const client = await import("@kubernetes/client-node");
  const { kubeconfig, context } = await cluster();
  const config = readKubeconfig(client, kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  limitRequests(client, config);
  return {
    client,
    config,
    api: <T extends ApiType>(type: ApiConstructor<T>): T => config.makeApiClient(type),
  };
}

const reached = new Map<string, Promise<boolean>>();

/** Whether the cluster's API answers; asked once for a cluster. A preview goes on without it. */
export async function isReachable(cluster: Cluster): Promise<boolean> {
  // A preview may not know it, where a provider is given what other resources are made for.
  const address = await cluster().then(JSON.stringify, () => undefined);
  if (address === undefined) return false;
  const answers =
    reached.get(address) ??
    clusterUid(cluster).then(
      () => true,
      () => false,
    );
  reached.set(address, answers);
  return answers;
}

/**
 * UID of the namespace kube-system, which a cluster has for life and shares with no other.
 * @returns undefined where the user may not read it
 * @throws Error where the cluster does not answer
 */
export async function clusterUid(cluster: Cluster): Promise<string | undefined> {
  const { client, api } = await connect(cluster);
  try {
    return (await api(client.CoreV1Api).readNamespace({ name: "kube-system" })).metadata?.uid;
  } catch (error) {
    if (error instanceof client.ApiException && error.code === 403) return undefined;
    throw error;
  }
}
