import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomUuid7 } from "@pulumi/random/randomUuid7";
import {
  type CertificatePlan,
  certificateFiles,
  type Encryption,
  secretType,
} from "../plan/certificates/certificates";
import { expiryOf, timeOf } from "../plan/certificates/validity";
import type { Planned } from "./args/planned";
import { passwords } from "./passwords";
import type { CertificateSigner } from "./signer";

/**
 * The stack's own authorities of certificates. What is kept of them, in the state alone and encrypted there, is a secret for each
 * generation; keys and certificates are made of it anew by each update, and are the same each time.
 */
export class Authorities extends pulumi.ComponentResource implements CertificateSigner {
  private readonly end: pulumi.Output<number>;
  private readonly encryption: Encryption;
  private readonly issue: pulumi.Output<{
    secrets: Record<string, string>;
    issuedAt: Record<string, string>;
  }>;

  constructor(name: string, encryption: Encryption, opts?: pulumi.ComponentResourceOptions) {
    const { generation, trusted } = encryption;
    super("dynamo:index:Authorities", name, { generation, trusted }, opts);
    this.encryption = encryption;
    const child = { parent: this };
    const secrets = passwords(`${name}-secret`, trusted, child);
    const issuedAt = Object.fromEntries(
      encryption.valid.map((valid) => [valid, new RandomUuid7(`${name}-issued-${valid}`, {}, child).result]),
    );
    this.issue = pulumi.output({ secrets, issuedAt }) as typeof this.issue;
    this.end = pulumi
      .output(issuedAt[generation])
      .apply((uuid = "") => Math.floor(expiryOf(timeOf(uuid)).getTime() / 1000));
    this.registerOutputs();
  }

  sign(name: string, plan: Planned<CertificatePlan>, opts: pulumi.CustomResourceOptions): core.Secret {
    const files = plan.after(this.issue, async (certificate, { secrets, issuedAt }) => {
      // A preview without an engine has no moment of issue.
      if (Object.values(issuedAt).includes("")) return unissued;
      const { issueCertificate } = await import("../plan/certificates/issue.js"); // few stacks need its packages
      const times = Object.entries(issuedAt).map(([generation, uuid]) => [generation, timeOf(uuid)]);
      return issueCertificate(this.encryption, certificate, { secrets, issuedAt: Object.fromEntries(times) });
    });
    const stringData = Object.fromEntries(
      Object.values(certificateFiles).map((file) => [file, files.apply((all) => all[file])]),
    );
    const { inputs: metadata } = plan.part((all) => all.metadata);
    return new core.Secret(name, { metadata, type: secretType, stringData }, opts);
  }

  expiry(): pulumi.Output<number> {
    return this.end;
  }
}

const unissued = { "ca.crt": "", "tls.crt": "", "tls.key": "" };
