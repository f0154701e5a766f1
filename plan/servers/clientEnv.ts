/** Env by which the graphs' pods reach NATS and etcd, and authenticate there. */
import type { NatsEtcdDiscovery } from "../../config/discovery";
import { natsTlsEnv } from "../certificates/env";
import type { EnvVar } from "../envVar";
import { certificateEnv, credentialsEnv, type Server, secretName } from "./credentials";
import type { EtcdPlan } from "./etcd";
import type { NatsPlan } from "./nats";

/** Servers that the stack runs; undefined where someone else does. */
export interface OwnServers {
  readonly nats: Pick<NatsPlan, "url" | "certificate"> | undefined;
  readonly etcd: Pick<EtcdPlan, "url" | "certificate"> | undefined;
}

/**
 * @param own servers that the stack runs
 * @param certificate Secret with the graphs' own certificate; undefined: they have none
 */
export function clientEnv(
  { nats, etcd, credentials: { generation } }: NatsEtcdDiscovery,
  own: OwnServers,
  certificate: string | undefined,
): EnvVar[] {
  const client = (server: Server) => secretName(server, "client", generation);
  const withPassword = (server: Server, secret: string | undefined) =>
    secret === undefined ? [] : credentialsEnv(server, secret);
  const forEtcd = etcd.external ? etcd.certificate : certificate;
  return [
    { name: "NATS_SERVER", value: nats.external ? nats.server : (own.nats?.url ?? "") },
    ...withPassword("nats", nats.external ? nats.secret : client("nats")),
    ...(own.nats?.certificate ? natsTlsEnv("dynamo-tls") : []),
    ...(nats.external && nats.certificate !== undefined ? natsTlsEnv("nats-tls") : []),
    { name: "ETCD_ENDPOINTS", value: etcd.external ? etcd.endpoints.join(",") : (own.etcd?.url ?? "") },
    // The runtime sends a password or a certificate, never both.
    ...(forEtcd === undefined
      ? withPassword("etcd", etcd.external ? etcd.secret : client("etcd"))
      : certificateEnv(forEtcd)),
  ];
}
