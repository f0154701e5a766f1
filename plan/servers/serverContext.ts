import type { Credentials } from "./credentials";

/** Dependencies of NATS and etcd beside their own settings. */
export interface ServerContext {
  /** Namespaces whose pods are their clients. */
  readonly clients: readonly string[];
  /** Namespace of the Prometheus that scrapes them. */
  readonly monitoring: string;
  readonly credentials: Credentials;
}
