import type { Encryption } from "../certificates/certificates";
import type { Credentials } from "./credentials";
import type { ServerSurroundings } from "./surroundings";

/** Dependencies of NATS and etcd beside their own settings. */
export interface ServerContext {
  /** Namespaces whose pods are their clients. */
  readonly clients: readonly string[];
  /** Namespace of the Prometheus that scrapes them. */
  readonly monitoring: string;
  readonly credentials: Credentials;
  /** Undefined: they speak plain text. */
  readonly encryption: Encryption | undefined;
  readonly around: ServerSurroundings;
}
