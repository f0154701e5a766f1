/** The certificate of a real operator's webhooks, as cert-manager would have it made. */
import "reflect-metadata"; // which @peculiar/x509 wants to find
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A server's certificate with its key, and that of its signer, all as PEM. */
export interface ServingCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const hour = 3_600_000;

/**
 * A certificate for a server of that DNS name, by a new signer whose key is kept nowhere.
 * It is valid for a week, from an hour ago on: clocks may differ, and rehearsals end.
 */
export async function servingCertificate(dnsName: string): Promise<ServingCertificate> {
  const notBefore = new Date(Date.now() - hour);
  const notAfter = new Date(Date.now() + 7 * 24 * hour);
  const [signer, server] = await Promise.all([newKeys(), newKeys()]);
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: "CN=dynamo-rehearsal",
    keys: signer,
    signingAlgorithm: algorithm,
    notBefore,
    notAfter,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${dnsName}`,
    issuer: ca.subject,
    publicKey: server.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: algorithm,
    notBefore,
    notAfter,
    extensions: [
      new SubjectAlternativeNameExtension([{ type: "dns", value: dnsName }]),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", server.privateKey)).toString("base64");
  return {
    ca: ca.toString("pem"),
    certificate: certificate.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
