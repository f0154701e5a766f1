import type { NatsEtcdDiscovery } from "../../config/discovery";
import { type Credentials, type Server, userOf } from "./credentials";
import { etcdUrl } from "./etcdMembers";
import { natsUrl } from "./nats";

/** NATS or etcd, as the output `servers` and the table of servers have it. */
export interface ServerSummary {
  readonly server: Server;
  readonly address: string;
  /** Undefined for a server that someone else runs. */
  readonly members?: {
    readonly replicas: number;
    readonly cpu: string;
    readonly memory: string;
    readonly storage: string;
  };
  /** Users whose passwords are valid; the first is the graphs'. Or the Secret of an external server. */
  readonly users: readonly string[];
}

/** The output `servers`. */
export function summariseServers({ nats, etcd }: NatsEtcdDiscovery, { valid }: Credentials) {
  const users = valid.map(userOf);
  const external = (server: Server, address: string, secret: string | undefined): ServerSummary => ({
    server,
    address,
    users: secret === undefined ? [] : [`from Secret ${secret}`],
  });
  const own = (server: Server, address: string, config: NonNullable<ServerSummary["members"]>) => {
    const { replicas, cpu, memory, storage } = config;
    return { server, address, members: { replicas, cpu, memory, storage }, users };
  };
  return [
    nats.external ? external("nats", nats.server, nats.secret) : own("nats", natsUrl, nats),
    etcd.external
      ? external("etcd", etcd.endpoints.join(","), etcd.secret ?? etcd.certificate)
      : own("etcd", etcdUrl, etcd),
  ];
}
