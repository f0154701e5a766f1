/** NATS' configuration files: https://docs.nats.io/running-a-nats-service/configuration. */
import type { NatsConfig } from "../../config/discovery";
import { toBytes } from "../../config/sizes";
import { userOf } from "./credentials";
import { memberHost, memberNames, memberSet } from "./members";
import type { ServerSurroundings } from "./surroundings";
import { type Tls, tlsFiles } from "./tls";

/** Prompts travel as messages on the NATS request plane: the platform chart's own limit, in bytes. */
const maxPayload = 15 * 2 ** 20;

/** Share of a volume that JetStream may fill. The rest is for Raft's logs, which it does not count, and the file system. */
const jetStreamShare = 0.8;

/** The server's own file. Memory storage is off: streams must survive a restart. */
export function natsConf({ replicas, storage }: NatsConfig, tls: Tls): string {
  const asksForCertificates = tls === undefined ? "" : tlsBlock;
  const cluster = `
cluster {
  name: nats
  port: 6222
  no_advertise: true
  include ./routes.conf
${asksForCertificates.replace(/^(?=.)/gm, "  ")}}
`;
  return `server_name: $SERVER_NAME
port: 4222
http_port: 8222
pid_file: /var/run/nats/nats.pid
max_payload: ${maxPayload}
lame_duck_duration: 30s
include ./users.conf
${asksForCertificates}
jetstream {
  store_dir: /data
  max_memory_store: 0
  max_file_store: ${Math.floor(toBytes(storage) * jetStreamShare)}
}
${replicas > 1 ? cluster : ""}`;
}

/** Clients and members show certificates: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/tls */
const tlsBlock = `tls {
  cert_file: ${tlsFiles.certificate}
  key_file: ${tlsFiles.key}
  ca_file: ${tlsFiles.authorities}
  verify: true
  timeout: 5
}
`;

/** Passwords of NATS' users. */
export interface NatsPasswords {
  /** Passwords of the graphs' user, by generation. */
  readonly users: Readonly<Record<number, string>>;
  /** Password of the members among each other. */
  readonly route: string;
}

/** NATS as it is planned. */
interface NatsSettings {
  readonly config: NatsConfig;
  readonly around: Pick<ServerSurroundings, "domain">;
}

/** Files that hold passwords, by name. Quoted, since NATS reads a bare 123456 or 5K as a number. */
export function natsSecretFiles(
  { config: { replicas }, around: { domain } }: NatsSettings,
  { users, route }: NatsPasswords,
) {
  const lines = Object.entries(users).map(
    ([generation, password]) => `    { user: "${userOf(Number(generation))}", password: "${password}" }`,
  );
  const files = { "users.conf": `authorization {\n  users: [\n${lines.join("\n")}\n  ]\n}\n` };
  if (replicas === 1) return files;
  const set = memberSet("nats");
  const routes = memberNames(set, replicas).map(
    (member) => `  "nats://route:${route}@${memberHost(set, member, domain)}:6222"`,
  );
  return {
    ...files,
    "routes.conf": `authorization { user: "route", password: "${route}" }\nroutes: [\n${routes.join("\n")}\n]\n`,
  };
}
