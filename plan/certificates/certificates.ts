/** The certificates by which a stack's parts know each other, and the Secrets that hold them. */
import { type IssuerRef, issuerName } from "../../config/encryption";
import type { Server } from "../servers/credentials";

/** Which certificate of a holder's it is: one of each generation, and of each issuer. */
export interface Issuance {
  readonly generation: number;
  /** The issuer of cert-manager's that signs it; undefined: an authority of the stack's own. */
  readonly issuerRef?: IssuerRef | undefined;
}

/** Generations of authorities and certificates. */
export interface Encryption extends Issuance {
  /**
   * Generations whose authorities are trusted, oldest first. The next one's is among them before it signs anything: pods of
   * this generation then trust those of the next, as those trust them, while one after the other is replaced.
   */
  readonly trusted: readonly number[];
  /** Generations whose certificates there are, newest first: the one before is for the graphs of other stacks, which roll later. */
  readonly valid: readonly number[];
}

export function encryptionOf({ generation, issuerRef }: Issuance): Encryption {
  const isOne = (generation: number) => generation > 0;
  return {
    generation,
    issuerRef,
    trusted: [generation - 1, generation, generation + 1].filter(isOne),
    valid: [generation, generation - 1].filter(isOne),
  };
}

/** A certificate and its key, in a Secret of their own. */
export interface CertificatePlan extends Issuance {
  readonly metadata: { readonly name: string; readonly namespace: string };
  /** Its holder's common name, by which etcd knows its user; undefined: it is no user of etcd. */
  readonly subject?: string;
  /** DNS names by which others reach its holder. */
  readonly hosts: readonly string[];
}

/** Type of the Secrets, by which Kubernetes asks for certificate and key. */
export const secretType = "kubernetes.io/tls";

/** Keys of the Secrets, which are names of files where pods mount them. */
export const certificateFiles = { authorities: "ca.crt", certificate: "tls.crt", key: "tls.key" } as const;

/** A Secret's files as Node's TLS takes them. */
export const tlsOf = (files: Readonly<Record<string, string>>) => ({
  ca: files[certificateFiles.authorities] ?? "",
  cert: files[certificateFiles.certificate] ?? "",
  key: files[certificateFiles.key] ?? "",
});

/** Paths of these files where a pod mounts them. */
export const certificatePaths = (folder: string): Record<keyof typeof certificateFiles, string> => ({
  authorities: `${folder}/${certificateFiles.authorities}`,
  certificate: `${folder}/${certificateFiles.certificate}`,
  key: `${folder}/${certificateFiles.key}`,
});

/**
 * Name of the Secret of a generation. A new name for each makes pods of one generation start with its certificate, and with
 * no other: the runtime reads it once. So it is with each issuer of cert-manager's.
 */
export function certificateSecret(
  holder: Server | "dynamo" | "discovery",
  generation: number,
  issuer: string | undefined,
): string {
  return issuer === undefined ? `${holder}-tls-${generation}` : `${holder}-tls-${issuer}-${generation}`;
}

/** The same of a certificate that is planned. */
export const secretOf = (
  holder: Parameters<typeof certificateSecret>[0],
  { generation, issuerRef }: Issuance,
) => certificateSecret(holder, generation, issuerRef && issuerName(issuerRef));

/** Common name of the graphs' certificate: their user of etcd. */
export const graphsUser = "dynamo";

/**
 * The name by which pods of graphs check each other's certificates. They call each other by addresses that nobody knows
 * before (`DYN_TCP_TLS_SERVER_NAME`).
 */
export const graphsHost = "dynamo.internal";

/** The certificate of all pods of the graphs of a namespace: as servers, and as clients of each other, NATS and etcd. */
export function graphsCertificate(namespace: string, { generation, issuerRef }: Issuance): CertificatePlan {
  return {
    generation,
    issuerRef,
    metadata: { name: secretOf("dynamo", { generation, issuerRef }), namespace },
    subject: graphsUser,
    hosts: [graphsHost],
  };
}

/** The same for graphs of other stacks, which may have a certificate of their own for each other. */
export function clientsCertificate(namespace: string, issuance: Issuance): CertificatePlan {
  return {
    ...graphsCertificate(namespace, issuance),
    metadata: { name: secretOf("discovery", issuance), namespace },
  };
}
