import type { NatsEtcdDiscovery } from "../../config/discovery";
import { graphsUser, secretOf } from "../certificates/certificates";
import type { OwnServers } from "./clientEnv";
import { type Credentials, type Server, secretName, userOf } from "./credentials";

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
  /** Secrets by which commands ask etcd in the graphs' place: one that the stack runs, and that speaks TLS. */
  readonly secrets?: { readonly password: string; readonly certificate: string };
}

/** The output `servers`. */
export function summariseServers(
  { nats, etcd }: NatsEtcdDiscovery,
  own: OwnServers & { readonly credentials: Credentials },
): ServerSummary[] {
  const certificate = own.etcd?.certificate;
  const users = own.credentials.valid.map(userOf);
  const external = (server: Server, address: string, secret: string | undefined): ServerSummary => ({
    server,
    address,
    users: secret === undefined ? [] : [`from Secret ${secret}`],
  });
  const membersOf = ({ replicas, cpu, memory, storage }: NonNullable<ServerSummary["members"]>) => ({
    members: { replicas, cpu, memory, storage },
  });
  return [
    nats.external
      ? external("nats", nats.server, nats.secret ?? nats.certificate)
      : { server: "nats", address: own.nats?.url ?? "", ...membersOf(nats), users },
    etcd.external
      ? external("etcd", etcd.endpoints.join(","), etcd.secret ?? etcd.certificate)
      : {
          server: "etcd",
          address: own.etcd?.url ?? "",
          ...membersOf(etcd),
          users: certificate ? [`${graphsUser}, by certificate`, ...users] : users,
          ...(certificate && {
            secrets: {
              password: secretName("etcd", "client", own.credentials.generation),
              certificate: secretOf("dynamo", certificate),
            },
          }),
        },
  ];
}
