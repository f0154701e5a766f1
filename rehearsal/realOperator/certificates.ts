/** The certificate of a real operator's webhooks, as cert-manager would have it made. */
import { randomBytes } from "node:crypto";
import { privateKeyOf, signCertificate } from "../../plan/certificates/x509";

/** A server's certificate with its key, and that of its signer, all as PEM. */
export interface ServingCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const hour = 3_600_000;

/**
 * A certificate for a server of that DNS name, by a new signer whose key is kept nowhere.
 * It is valid for a week, from an hour ago on: clocks may differ, and rehearsals end.
 */
export function servingCertificate(dnsName: string): ServingCertificate {
  const validity = {
    notBefore: new Date(Date.now() - hour),
    notAfter: new Date(Date.now() + 7 * 24 * hour),
  };
  const issuer = "dynamo-rehearsal";
  const [signer, server] = [privateKeyOf(randomBytes(32)), privateKeyOf(randomBytes(32))];
  return {
    ca: signCertificate({ subject: issuer, issuer, isAuthority: true, ...validity }, signer, signer),
    certificate: signCertificate({ subject: dnsName, issuer, hosts: [dnsName], ...validity }, server, signer),
    key: server.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
