import { type CertificatePlan, type Issuance, secretOf } from "../certificates/certificates";
import { type MemberSetNames, memberHost, memberNames } from "./members";

/** The certificate of the members of NATS or etcd, and of the Jobs beside them. It has no common name: etcd must not take it for a user. */
export function serverCertificate(
  set: MemberSetNames,
  replicas: number,
  domain: string,
  { generation, issuerRef }: Issuance,
): CertificatePlan {
  const { name, namespace } = set;
  const service = `${name}.${namespace}`;
  const members = memberNames(set, replicas).map((member) => memberHost(set, member, domain));
  return {
    generation,
    issuerRef,
    metadata: { name: secretOf(name, { generation, issuerRef }), namespace },
    hosts: [service, `${service}.svc`, `${service}.svc.${domain}`, ...members, "localhost"],
  };
}
