import { z } from "zod";
import { at, nameOf, notKnown } from "../../gpus/manifest";
import { workloadsOf } from "../../gpus/workloads";
import { type PlainEnv, plainEnvOf } from "../containers";
import { allowedObjects, mayBeAllowed, objectRule } from "../rule";

export const encryptedPaths = objectRule({
  name: "encrypted-paths",
  description:
    "Requests to workers, and the connections of graphs to NATS and etcd, are mutual TLS where that is required.",
  severity: "high",
  remedy: "Write issuer: own, or cert-manager, in dynamo:encryption.",
  settings: z.strictObject({
    required: z.boolean().default(false).describe("Whether they must be."),
    allowed: allowedObjects("Graphs that may speak plain text, as `DynamoGraphDeployment dynamo/chat`."),
  }),
  check({ manifest, urn }, { required, allowed }, report) {
    const name = nameOf(manifest);
    if (!required || manifest.kind !== "DynamoGraphDeployment" || mayBeAllowed(allowed, manifest)) return;
    const env = plainEnvOf(manifest);
    for (const { component, pod } of workloadsOf(manifest).workloads) {
      if (at(pod, "containers") === notKnown) continue;
      const own = env.filter((one) => [undefined, component].includes(one.component));
      for (const plain of plainIn(own)) report(`${name}: ${component} ${plain}`, urn);
    }
  },
});

/** By these a pod shows a certificate and asks for one, whichever side it is of. */
const requests = [
  "DYN_TCP_TLS_CERT_PATH",
  "DYN_TCP_TLS_KEY_PATH",
  "DYN_TCP_TLS_CA_CERT_PATH",
  "DYN_TCP_TLS_CLIENT_CA_CERT_PATH",
];

const servers = [
  { server: "NATS", variable: "NATS_SERVER", scheme: "tls://" },
  { server: "etcd", variable: "ETCD_ENDPOINTS", scheme: "https://" },
];

/** A variable without a name may be any, and a value that is empty is not known. */
function plainIn(env: readonly PlainEnv[]): string[] {
  const valuesOf = (variable: string) =>
    env.filter(({ name, value }) => name === variable && value !== "").map(({ value }) => value);
  const missing = requests.filter((variable) => !env.some(({ name }) => [variable, ""].includes(name)));
  const isOn = (variable: string) =>
    valuesOf(variable).some((value) => !["0", "false"].includes(value.toLowerCase()));
  return [
    ...(missing.length > 0 ? [`takes requests in plain text, without ${missing.join(", ")}`] : []),
    ...["DYN_TCP_TLS_INSECURE", "NATS_TLS_INSECURE"]
      .filter(isOn)
      .map((variable) => `takes any certificate, by ${variable}`),
    ...servers.flatMap(({ server, variable, scheme }) =>
      valuesOf(variable)
        .filter((addresses) => addresses.split(",").some((one) => !one.trim().startsWith(scheme)))
        .map((addresses) => `reaches ${server} at ${addresses}, which is not ${scheme}`),
    ),
  ];
}
