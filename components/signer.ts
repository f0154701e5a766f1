import type * as pulumi from "@pulumi/pulumi";
import type { CertificatePlan } from "../plan/certificates/certificates";
import { optional, type Planned } from "./args/planned";

/** Who signs the certificates of a plane's parts: the stack's own authorities, or an issuer of cert-manager's. */
export interface CertificateSigner {
  /** Makes a certificate and its key, in a Secret: what needs it waits for what is returned. */
  sign(name: string, plan: Planned<CertificatePlan>, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /**
   * The moment from which the first of those that it has signed is refused, in seconds since 1970. NaN in a preview without
   * an engine.
   */
  expiry(): pulumi.Output<number>;
}

interface EncryptedServer {
  readonly plan: Planned<{ readonly certificate: CertificatePlan | undefined }>;
  readonly signer?: CertificateSigner | undefined;
}

/** The certificate of a server; none where it speaks plain text. */
export function serverCertificate(
  name: string,
  { plan, signer }: EncryptedServer,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const certificate = optional(plan.part((all) => all.certificate));
  return certificate && signer ? [signer.sign(`${name}-tls`, certificate, opts)] : [];
}
