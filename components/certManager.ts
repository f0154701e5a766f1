import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import type { CertificatePlan } from "../plan/certificates/certificates";
import {
  certificateKind,
  certificateManifest,
  endOfFirst,
  type SignedPlan,
} from "../plan/certificates/certManager";
import type { Planned } from "./args/planned";
import { clusterOf } from "./hooks/cluster";
import { hasEngine } from "./hooks/engine";
import { secretGoesWithCertificate } from "./hooks/secretOfCertificate";
import type { CertificateSigner } from "./signer";

/** An issuer of the cluster's cert-manager. No key is in the state of the stack. */
export class CertManager implements CertificateSigner {
  private readonly ends: pulumi.Output<number>[] = [];
  private readonly afterwards: pulumi.ResourceHook[];

  /** @param parent the plane for whose parts it signs */
  constructor(name: string, parent: pulumi.Resource) {
    this.afterwards = hasEngine() ? [secretGoesWithCertificate(name, clusterOf(parent))] : [];
  }

  sign(name: string, plan: Planned<CertificatePlan>, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { inputs } = plan.part((all) => certificateManifest(all as SignedPlan));
    const hooks = { afterCreate: this.afterwards, afterUpdate: this.afterwards };
    // The status is no input: it is named to be read.
    const args = { ...certificateKind, ...inputs, status: undefined };
    const made = new apiextensions.CustomResource(name, args, { ...opts, hooks }) as Certificate;
    const { metadata, status } = made;
    this.ends.push(
      pulumi.all([metadata, status]).apply(([metadata, status]) => endOfFirst({ metadata, status })),
    );
    return made;
  }

  expiry(): pulumi.Output<number> {
    return pulumi.all(this.ends).apply((ends) => Math.min(...ends));
  }
}

type Certificate = apiextensions.CustomResource & {
  readonly metadata: pulumi.Output<object>;
  readonly status: pulumi.Output<object | undefined>;
};
