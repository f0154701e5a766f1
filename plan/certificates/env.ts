/** Env and files by which the runtime speaks TLS, from 1.5 on: https://docs.nvidia.com/dynamo, "TLS configuration". */
import type { EnvVar } from "../envVar";
import { certificatePaths, graphsHost } from "./certificates";

/** A Secret with a certificate as a volume of a graph's pods. */
export interface CertificateVolume {
  readonly volume: { readonly name: string; readonly secret: { readonly secretName: string } };
  readonly volumeMount: { readonly name: string; readonly mountPath: string; readonly readOnly: true };
}

/** Names of the volumes, which are those of their folders too: the graphs' own certificate, and that for a NATS of someone else. */
export type VolumeName = "dynamo-tls" | "nats-tls";

/** The volume of a Secret. */
export const certificateVolume = (name: VolumeName, secretName: string): CertificateVolume => ({
  volume: { name, secret: { secretName } },
  volumeMount: { name, mountPath: folderOf(name), readOnly: true },
});

const folderOf = (volume: VolumeName) => `/etc/${volume}`;

/** Env of requests over TCP and of their answers: each pod is a server and a client. */
export function requestsEnv(): EnvVar[] {
  const { authorities, certificate, key } = certificatePaths(folderOf("dynamo-tls"));
  return [
    { name: "DYN_TCP_TLS_CERT_PATH", value: certificate },
    { name: "DYN_TCP_TLS_KEY_PATH", value: key },
    { name: "DYN_TCP_TLS_CLIENT_CA_CERT_PATH", value: authorities },
    { name: "DYN_TCP_TLS_CA_CERT_PATH", value: authorities },
    { name: "DYN_TCP_TLS_CLIENT_CERT_PATH", value: certificate },
    { name: "DYN_TCP_TLS_CLIENT_KEY_PATH", value: key },
    { name: "DYN_TCP_TLS_SERVER_NAME", value: graphsHost },
  ];
}

/** Env of connections to NATS. */
export function natsTlsEnv(volume: VolumeName): EnvVar[] {
  const { authorities, certificate, key } = certificatePaths(folderOf(volume));
  return [
    { name: "NATS_TLS_CA_CERT_PATH", value: authorities },
    { name: "NATS_TLS_CLIENT_CERT_PATH", value: certificate },
    { name: "NATS_TLS_CLIENT_KEY_PATH", value: key },
  ];
}
