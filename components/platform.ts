import * as helm from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";
import { type PlatformPlan, platformTimeout } from "../plan/platform";

export interface PlatformArgs {
  readonly plan: PlatformPlan;
}

/**
 * NVIDIA's platform, as a Helm release that is there when its operator is Ready: by then it has applied its CRDs, and its
 * webhooks answer. Graphs depend on it, so that it comes first and goes last. The CRDs, and the namespace, outlive it.
 */
export class Platform extends pulumi.ComponentResource {
  constructor(name: string, { plan }: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const { name: release, namespace, version, chart, values } = plan;
    super("dynamo:index:Platform", name, { release, namespace, version }, opts);
    new helm.Release(
      `${name}-release`,
      {
        name: release,
        namespace,
        createNamespace: true,
        chart,
        version,
        values,
        timeout: platformTimeout,
      },
      { parent: this },
    );
    this.registerOutputs({ version });
  }
}
