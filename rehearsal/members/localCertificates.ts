/**
 * Certificates of this machine in the place of a cluster's: for the same holders, of the same keys and until the same day, but
 * with the addresses that stand here for their names, and signed by an authority that stands for theirs.
 */
import { createHash, X509Certificate } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import { certificateFiles } from "../../plan/certificates/certificates";
import { privateKeyOf, signCertificate } from "../../plan/certificates/x509";
import type { Place } from "./place";
import type { TextsByName } from "./volumes";

/**
 * Secrets with the certificates of this machine. Whom somebody trusts stays the same: each authority has one that stands for it,
 * on every machine.
 * @param hosts addresses by the names that DNS has for them
 */
export function withLocalCertificates(secrets: TextsByName = {}, hosts: Place["hosts"]): TextsByName {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, files]) => [
      name,
      isCertificate(files) ? localized(files, hosts) : files,
    ]),
  );
}

const { authorities: trusted, certificate: own } = certificateFiles;

/** Files of the certificate that a pod mounts of its own Secrets; undefined where it mounts none. */
export function certificateOf({ spec }: V1Pod, secrets: TextsByName = {}): TextsByName[string] | undefined {
  const mounted = (spec?.volumes ?? []).map(({ secret }) => secrets[secret?.secretName ?? ""]);
  return mounted.find((files) => files !== undefined && isCertificate(files));
}

const isCertificate = (files: TextsByName[string]) => trusted in files && own in files;

function localized(files: TextsByName[string], hosts: Place["hosts"]): TextsByName[string] {
  const authorities = certificatesIn(files[trusted]);
  const [certificate] = certificatesIn(files[own]);
  if (certificate === undefined) throw new Error(`${own} holds no certificate`);
  const signer = authorities.find(({ publicKey }) => certificate.verify(publicKey));
  const names = [...(certificate.subjectAltName ?? "").matchAll(/DNS:([^,]+)/g)].map(([, host = ""]) => host);
  const addresses = names.flatMap((host) => (host === "localhost" ? "127.0.0.1" : (hosts.get(host) ?? [])));
  const contents = {
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer) ?? "",
    hosts: names,
    addresses: [...new Set(addresses)],
    ...validity(certificate),
  };
  return {
    ...files,
    [trusted]: authorities.map(localAuthority).join(""),
    [own]: signCertificate(contents, certificate.publicKey, keyFor(signer ?? certificate)),
  };
}

const certificatesIn = (pem = "") =>
  pem.split(/(?<=-----END CERTIFICATE-----)/).flatMap((one) => (one.trim() ? new X509Certificate(one) : []));

/** The key of the authority that stands for another. */
const keyFor = (authority: X509Certificate) =>
  privateKeyOf(createHash("sha256").update(authority.raw).digest());

function localAuthority(authority: X509Certificate): string {
  const name = commonName(authority.subject) ?? "";
  const key = keyFor(authority);
  return signCertificate(
    { subject: name, issuer: name, isAuthority: true, ...validity(authority) },
    key,
    key,
  );
}

const commonName = (name: string | undefined) => /^CN=(.*)$/m.exec(name ?? "")?.[1];

const validity = ({ validFrom, validTo }: X509Certificate) => ({
  notBefore: new Date(validFrom),
  notAfter: new Date(validTo),
});
