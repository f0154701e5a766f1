/** Clients of a rehearsal's cluster. */
import { Agent } from "node:https";
import {
  type ApiConstructor,
  ApiException,
  type ApiType,
  KubeConfig,
  type RequestContext,
} from "@kubernetes/client-node";

/** A KubeConfig that keeps its connections. One of its own for each request is a TLS handshake, which costs most of it. */
export class KeptConnections extends KubeConfig {
  #agent: Agent | undefined;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    this.#agent ??= new Agent({ ...(context.getAgent() as Agent).options, keepAlive: true });
    context.setAgent(this.#agent);
  }
}

const configs = new Map<string, KubeConfig>();

/** The cluster that a kubeconfig file names, whose clients share their connections. */
export function clusterConfig(kubeconfig: string): KubeConfig {
  const config = configs.get(kubeconfig) ?? new KeptConnections();
  if (!configs.has(kubeconfig)) config.loadFromFile(kubeconfig);
  configs.set(kubeconfig, config);
  return config;
}

/** A client of one API group of the cluster that a kubeconfig file names. */
export function apiClient<T extends ApiType>(kubeconfig: string, api: ApiConstructor<T>): T {
  return clusterConfig(kubeconfig).makeApiClient(api);
}

/** What is asked of the API server; undefined where it is not there. */
export async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
