/** What cert-manager and its issuer make of a Certificate: a key, a certificate, and the one of who signed it. */
import { createHash, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { certificateFiles, secretType } from "../../plan/certificates/certificates";
import { privateKeyOf, signCertificate } from "../../plan/certificates/x509";

/** A Certificate, as far as it is looked at. */
export interface Certificate {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly secretName: string;
    readonly commonName?: string;
    readonly dnsNames: readonly string[];
    /** As Go writes it: "8760h0m0s". */
    readonly duration: string;
    readonly issuerRef: { readonly name: string; readonly kind: string; readonly group: string };
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly observedGeneration?: number;
    }[];
  };
}

/** Annotation of a Secret with what its certificate was asked for. */
const askedFor = "dynamo-rehearsal/certificate-spec";

/** Whether a Secret is of what is asked for. @param secret undefined: there is none */
export function isOf(
  secret: { metadata?: { annotations?: Record<string, string> } } | undefined,
  { spec }: Certificate,
) {
  return secret?.metadata?.annotations?.[askedFor] === digestOf(spec);
}

const digestOf = (spec: object) => createHash("sha256").update(JSON.stringify(spec)).digest("hex");

const hour = 3_600_000;
const commonName = "dynamo-rehearsal";

/** An authority whose key is kept nowhere. @returns what makes a Certificate's Secret */
export function createAuthority(): (certificate: Certificate) => object {
  const key = privateKeyOf(randomBytes(32));
  const year = 365 * 24 * hour;
  const always = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + 10 * year) };
  const contents = { subject: commonName, issuer: commonName, isAuthority: true, ...always };
  const authority = signCertificate(contents, key, key);
  return ({ metadata: { name, namespace }, spec }) => {
    const holder = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const notBefore = new Date();
    const notAfter = new Date(notBefore.getTime() + Number.parseInt(spec.duration, 10) * hour);
    const own = { subject: spec.commonName, issuer: commonName, hosts: spec.dnsNames, notBefore, notAfter };
    return {
      apiVersion: "v1",
      kind: "Secret",
      type: secretType,
      metadata: {
        name: spec.secretName,
        namespace,
        annotations: { "cert-manager.io/certificate-name": name, [askedFor]: digestOf(spec) },
      },
      stringData: {
        [certificateFiles.authorities]: authority,
        [certificateFiles.certificate]: signCertificate(own, holder, key),
        [certificateFiles.key]: holder.export({ type: "pkcs8", format: "pem" }).toString(),
      },
    };
  };
}

/** When a Secret's certificate is valid, as a Certificate's status has it. */
export function validityOf({ data = {} }: { data?: Record<string, string> }) {
  const pem = Buffer.from(data[certificateFiles.certificate] ?? "", "base64");
  const { validFrom, validTo } = new X509Certificate(pem);
  const moment = (text: string) => new Date(text).toISOString().replace(/\.\d+/, "");
  return { notBefore: moment(validFrom), notAfter: moment(validTo) };
}
