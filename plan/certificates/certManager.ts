/** Certificates that an issuer of cert-manager's signs. Their keys are in Secrets of the cluster alone. */
import type { IssuerRef } from "../../config/encryption";
import { at, text } from "../../gpus/manifest";
import type { CertificatePlan } from "./certificates";
import { validityDays } from "./validity";

/** Kind of the objects by which cert-manager is asked for certificates. */
export const certificateKind = { apiVersion: "cert-manager.io/v1", kind: "Certificate" } as const;

/**
 * The Certificate whose Secret has the name that pods mount. Pulumi waits until it is Ready. Durations are as Go writes them, so that
 * no other writing of the same is taken for a change.
 */
export function certificateManifest({ metadata, subject, hosts, issuerRef }: SignedPlan) {
  return {
    metadata: { ...metadata, annotations: { "pulumi.com/waitFor": JSON.stringify(["condition=Ready"]) } },
    spec: {
      secretName: metadata.name,
      issuerRef,
      ...(subject !== undefined && { commonName: subject }),
      dnsNames: [...hosts],
      // Of what the runtime, NATS and etcd take, more issuers sign it than Ed25519.
      privateKey: { algorithm: "ECDSA", size: 256, encoding: "PKCS8", rotationPolicy: "Always" },
      usages: ["digital signature", "server auth", "client auth"],
      duration: `${validityDays * 24}h0m0s`,
      // As late as cert-manager lets it: pods have read the one before, and an alert asks for a new generation by then.
      renewBefore: "5m0s",
    },
  };
}

/** The plan of a certificate that an issuer of cert-manager's signs. */
export type SignedPlan = CertificatePlan & { readonly issuerRef: IssuerRef };

/**
 * The moment from which the certificate is refused that pods have read, in seconds since 1970: the end of the first that was signed.
 * A later one, by which cert-manager renews it, is read by pods that start anew alone.
 * @param live the Certificate, Ready
 * @returns NaN where it does not tell
 */
export function endOfFirst(live: unknown): number {
  const moment = (...path: string[]) => Date.parse(text(at(live, ...path)));
  const notAfter = moment("status", "notAfter");
  const length = notAfter - moment("status", "notBefore");
  return Math.floor(Math.min(notAfter, moment("metadata", "creationTimestamp") + length) / 1000);
}
