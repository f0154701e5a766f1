/**
 * Certificates made of what a stack keeps in its state: a secret for each authority, and the moment of their issue. The same
 * always comes of the same, so that no update changes a certificate by itself.
 */
import { hkdfSync, type KeyObject } from "node:crypto";
import { type CertificatePlan, certificateFiles, type Encryption } from "./certificates";
import { beginningOf, expiryOf } from "./validity";
import { privateKeyOf, signCertificate } from "./x509";

/** Authorities have no end of their own: that of their trust is a later generation. */
const always = { notBefore: new Date("2025-01-01T00:00:00Z"), notAfter: new Date("2125-01-01T00:00:00Z") };

/** What a stack keeps of its certificates. */
export interface Issue {
  /** Secrets of the authorities that are trusted, by generation. */
  readonly secrets: Readonly<Record<number, string>>;
  /** Moments at which certificates are made, by generation. */
  readonly issuedAt: Readonly<Record<number, Date>>;
}

/**
 * The files of a certificate's Secret.
 * @throws RangeError where the secret of an authority or the moment is missing
 */
export function issueCertificate(
  { trusted }: Encryption,
  { generation, metadata, subject, hosts }: CertificatePlan,
  { secrets, issuedAt: { [generation]: issuedAt } }: Issue,
) {
  const authorities = trusted.map((one) => authorityOf(one, secrets[one]));
  const authority = authorities[trusted.indexOf(generation)];
  if (authority === undefined || issuedAt === undefined)
    throw new RangeError(`generation ${generation} has no authority, or no moment of issue`);
  const key = keyFrom(secrets[generation] ?? "", `certificate ${metadata.namespace}/${metadata.name}`);
  const certificate = signCertificate(
    {
      subject,
      issuer: authority.name,
      hosts,
      notBefore: beginningOf(issuedAt),
      notAfter: expiryOf(issuedAt),
    },
    key,
    authority.key,
  );
  return {
    [certificateFiles.authorities]: authorities.map(({ certificate }) => certificate).join(""),
    [certificateFiles.certificate]: certificate,
    [certificateFiles.key]: key.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function authorityOf(generation: number, secret: string | undefined) {
  if (secret === undefined) throw new RangeError(`the secret of authority ${generation} is missing`);
  const name = `dynamo authority ${generation}`;
  const key = keyFrom(secret, "authority");
  const contents = { subject: name, issuer: name, isAuthority: true, ...always };
  return { name, key, certificate: signCertificate(contents, key, key) };
}

/** A key of its own for each use of a secret (RFC 5869). */
function keyFrom(secret: string, use: string): KeyObject {
  return privateKeyOf(Buffer.from(hkdfSync("sha256", secret, "pulumi-dynamo", use, 32)));
}
