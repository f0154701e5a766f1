/** X.509 certificates of Ed25519 keys (RFC 5280, 8410). Signatures of Ed25519 are the same each time, and so are the certificates. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

/** What a certificate says. */
export interface CertificateContents {
  /** Common name of its holder; undefined: none. */
  readonly subject?: string | undefined;
  /** Common name of the authority that signs it. */
  readonly issuer: string;
  /** DNS names of its holder. */
  readonly hosts?: readonly string[];
  /** IP addresses of its holder. */
  readonly addresses?: readonly string[];
  /** Whether its holder may sign certificates; else it is a server, a client, or both. @default false */
  readonly isAuthority?: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const ed25519 = new x509.AlgorithmIdentifier({ algorithm: "1.3.101.112" });
/** Everything that precedes the 32 bytes of an Ed25519 key in PKCS #8. */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** The private key of a seed of 32 bytes. */
export function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" });
}

/**
 * Signs a certificate.
 * @param holder the holder's key, private or public
 * @param authority the private key of the one that signs
 * @returns PEM
 */
export function signCertificate(
  contents: CertificateContents,
  holder: KeyObject,
  authority: KeyObject,
): string {
  const { subject, issuer, notBefore, notAfter } = contents;
  const publicKey = publicKeyInfo(holder);
  const toBeSigned = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: serialNumber(contents, publicKey),
    signature: ed25519,
    issuer: nameOf(issuer),
    validity: new x509.Validity({ notBefore, notAfter }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey, x509.SubjectPublicKeyInfo),
    extensions: new x509.Extensions(extensionsOf(contents, publicKey, publicKeyInfo(authority))),
  });
  const signature = sign(null, Buffer.from(AsnConvert.serialize(toBeSigned)), authority);
  const certificate = new x509.Certificate({
    tbsCertificate: toBeSigned,
    signatureAlgorithm: ed25519,
    signatureValue: bytes(signature),
  });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;
}

function publicKeyInfo(key: KeyObject): Buffer {
  const publicKey = key.type === "public" ? key : createPublicKey(key);
  return publicKey.export({ type: "spki", format: "der" });
}

/** The same for the same contents and key, and for no others; positive, as serial numbers are. */
function serialNumber(contents: CertificateContents, publicKey: Buffer): ArrayBuffer {
  const digest = createHash("sha256").update(publicKey).update(JSON.stringify(contents)).digest();
  const number = digest.subarray(0, 16);
  number[0] = ((number[0] ?? 0) & 0x3f) | 0x40;
  return bytes(number);
}

function nameOf(commonName: string | undefined): x509.Name {
  if (commonName === undefined) return new x509.Name([]);
  const value = new x509.AttributeValue({ utf8String: commonName });
  return new x509.Name([
    new x509.RelativeDistinguishedName([new x509.AttributeTypeAndValue({ type: "2.5.4.3", value })]),
  ]);
}

function extensionsOf(
  { subject, hosts = [], addresses = [], isAuthority = false }: CertificateContents,
  publicKey: Buffer,
  authorityKey: Buffer,
): x509.Extension[] {
  const names = [
    ...hosts.map((dNSName) => new x509.GeneralName({ dNSName })),
    ...addresses.map((iPAddress) => new x509.GeneralName({ iPAddress })),
  ];
  const uses = isAuthority ? x509.KeyUsageFlags.keyCertSign : x509.KeyUsageFlags.digitalSignature;
  const both = new x509.ExtendedKeyUsage([x509.id_kp_serverAuth, x509.id_kp_clientAuth]);
  const isNamed = subject !== undefined;
  return [
    extension(x509.id_ce_basicConstraints, constraintsOf(isAuthority), true),
    extension(x509.id_ce_keyUsage, new x509.KeyUsage(uses), true),
    extension(x509.id_ce_subjectKeyIdentifier, new x509.SubjectKeyIdentifier(keyIdentifier(publicKey))),
    extension(
      x509.id_ce_authorityKeyIdentifier,
      new x509.AuthorityKeyIdentifier({ keyIdentifier: new x509.KeyIdentifier(keyIdentifier(authorityKey)) }),
    ),
    ...(isAuthority ? [] : [extension(x509.id_ce_extKeyUsage, both)]),
    ...(names.length > 0
      ? [extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names), !isNamed)]
      : []),
  ];
}

/** An authority signs holders' certificates alone: no further authorities. */
const constraintsOf = (isAuthority: boolean) =>
  new x509.BasicConstraints(isAuthority ? { cA: true, pathLenConstraint: 0 } : {});

function extension(extnID: string, value: unknown, critical = false): x509.Extension {
  return new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

const keyIdentifier = (publicKey: Buffer) => createHash("sha256").update(publicKey).digest().subarray(0, 20);

/** The bytes of a buffer alone, which may be a part of a larger one. */
const bytes = (buffer: Buffer) => new Uint8Array(buffer).buffer;
