/** Users of NATS and etcd, and the Secrets of their passwords. The passwords themselves are made by Pulumi. */
import { type EnvVar, envFromSecret } from "../envVar";

/** A server of the discovery plane. */
export type Server = "nats" | "etcd";

/** Generations of passwords. */
export interface Credentials {
  /** The passwords that the graphs' pods use. */
  readonly generation: number;
  /** Generations whose passwords are valid, newest first: that of the pods, and the one before, which they come from. */
  readonly valid: readonly number[];
}

/** The credentials of a generation, which is at least 1. */
export function credentials(generation: number): Credentials {
  return { generation, valid: [generation, generation - 1].filter((valid) => valid > 0) };
}

/** Name of a generation's user. A user of its own for each lets two passwords be valid at once. */
export function userOf(generation: number): string {
  return `dynamo-${generation}`;
}

/**
 * Name of an object that holds a generation's passwords. A new name for each rolls the pods that use it, and none of
 * them can start with what is not theirs yet.
 */
export function secretName(server: Server, part: "auth" | "client", generation: number): string {
  return `${server}-${part}-${generation}`;
}

/** Keys of a Secret with credentials: those of Kubernetes' own type for them. */
const keys = { username: "username", password: "password" };

/** The Secret by which graphs authenticate, in their namespace. That and the passwords, by generation, are Pulumi's to know. */
export function clientSecret<Namespace, Password>(
  server: Server,
  namespace: Namespace,
  { generation }: Credentials,
  passwords: Readonly<Record<number, Password>>,
) {
  return {
    metadata: { name: secretName(server, "client", generation), namespace },
    type: "kubernetes.io/basic-auth",
    stringData: {
      [keys.username]: userOf(generation),
      [keys.password]: passwords[generation] as Password,
    },
  };
}

/** Env by which the Dynamo runtime authenticates, from a Secret in its own namespace. */
export function credentialsEnv(server: Server, secret: string): EnvVar[] {
  const prefix = `${server.toUpperCase()}_AUTH`;
  return [
    envFromSecret(`${prefix}_USERNAME`, secret, keys.username),
    envFromSecret(`${prefix}_PASSWORD`, secret, keys.password),
  ];
}

/** Env by which the runtime shows etcd a certificate. It takes the PEM text, where its documentation says path. */
export function certificateEnv(secret: string): EnvVar[] {
  return [
    envFromSecret("ETCD_AUTH_CA", secret, "ca.crt"),
    envFromSecret("ETCD_AUTH_CLIENT_CERT", secret, "tls.crt"),
    envFromSecret("ETCD_AUTH_CLIENT_KEY", secret, "tls.key"),
  ];
}
