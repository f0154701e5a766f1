import { type Case, unknown } from "../judge";
import { graph as alphaGraph, newGraph, object } from "../objects";

const name = "DynamoGraphDeployment dynamo/llama";
const paths = [
  "DYN_TCP_TLS_CERT_PATH",
  "DYN_TCP_TLS_KEY_PATH",
  "DYN_TCP_TLS_CA_CERT_PATH",
  "DYN_TCP_TLS_CLIENT_CA_CERT_PATH",
];
const tls = paths.map((path) => ({ name: path, value: "/etc/dynamo-tls/x" }));
const addresses = (nats: string, etcd: string) => [
  { name: "NATS_SERVER", value: nats },
  { name: "ETCD_ENDPOINTS", value: etcd },
];

interface Envs {
  readonly graph?: readonly object[];
  readonly main?: readonly object[];
}

/** A graph with one component, in either version of the API. */
const beta = ({ graph = [], main = [] }: Envs = {}) =>
  newGraph(
    [
      {
        name: "Worker",
        type: "worker",
        podTemplate: { spec: { containers: [{ name: "main", env: main }] } },
      },
    ],
    { env: graph },
  );
const alpha = ({ graph = [], main = [] }: Envs = {}) =>
  alphaGraph({ Worker: { componentType: "worker", envs: main } }, { envs: graph });

const plain = `${name}: Worker takes requests in plain text, without ${paths.join(", ")}`;
const secured = addresses("tls://nats.nats-system:4222", "https://a:2379,https://b:2379");

const encryptedPaths: readonly Case[] = [
  ["nothing of it", [beta()], [plain]],
  ["nothing of it in v1alpha1", [alpha()], [plain]],
  ["certificates of the graph", [beta({ graph: tls })], []],
  ["certificates of a component in v1alpha1", [alpha({ main: tls })], []],
  ["certificates of a container", [beta({ main: tls })], []],
  [
    "a server that asks clients for none",
    [beta({ graph: tls.slice(0, 3) })],
    [`${name}: Worker takes requests in plain text, without DYN_TCP_TLS_CLIENT_CA_CERT_PATH`],
  ],
  ["NATS and etcd by TLS", [beta({ graph: [...tls, ...secured] })], []],
  [
    "NATS and etcd in plain text",
    [beta({ graph: [...tls, ...addresses("nats://n:4222", "https://a:2379,http://b:2379")] })],
    [
      `${name}: Worker reaches NATS at nats://n:4222, which is not tls://`,
      `${name}: Worker reaches etcd at https://a:2379,http://b:2379, which is not https://`,
    ],
  ],
  [
    "any certificate",
    [
      beta({
        graph: [
          ...tls,
          { name: "DYN_TCP_TLS_INSECURE", value: "1" },
          { name: "NATS_TLS_INSECURE", value: "false" },
        ],
      }),
    ],
    [`${name}: Worker takes any certificate, by DYN_TCP_TLS_INSECURE`],
  ],
  ["a graph that may", [beta()], [], { allowed: [name] }],
  ["what is not known", [newGraph([{ name: "Worker", podTemplate: unknown }])], []],
  ["other objects", [object("apps/v1", "Deployment", "chat", {})], []],
];

/** The same, where they are required. */
const required = encryptedPaths.map(
  ([title, objects, messages, settings]): Case => [title, objects, messages, { required: true, ...settings }],
);

export const cases = {
  "encrypted-paths": [...required, ["nothing of it, where it need not be", [beta()], []] satisfies Case],
};
