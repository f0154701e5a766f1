import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { owned } from "./hooks/ownership";

export interface HuggingFaceSecretsArgs {
  readonly namespace: string;
  /** Names of the Secrets that the graphs refer to. */
  readonly names: readonly string[];
  readonly token: pulumi.Output<string>;
}

/** The Secrets from which the graphs' pods take HF_TOKEN. */
export class HuggingFaceSecrets extends pulumi.ComponentResource {
  constructor(name: string, args: HuggingFaceSecretsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { namespace, names, token } = args;
    super("dynamo:index:HuggingFaceSecrets", name, { namespace, names }, owned(name, opts));
    for (const secret of names) {
      new core.Secret(
        `${name}-${secret}`,
        { metadata: { name: secret, namespace }, stringData: { HF_TOKEN: token } },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
