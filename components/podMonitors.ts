import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import { type PodMonitorPlan, podMonitorSpec } from "../plan/monitoring/podMonitors";

export interface PodMonitorsArgs {
  /** Helm release of kube-prometheus-stack: its Prometheus selects PodMonitors by this label. */
  readonly release: string;
  readonly podMonitors: readonly PodMonitorPlan[];
}

/** What the cluster's Prometheus scrapes of this stack. */
export class PodMonitors extends pulumi.ComponentResource {
  constructor(name: string, args: PodMonitorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dynamo:index:PodMonitors", name, args, opts);
    for (const podMonitor of args.podMonitors) {
      new apiextensions.CustomResource(
        `${name}-${podMonitor.name}`,
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PodMonitor",
          metadata: {
            name: podMonitor.name,
            namespace: podMonitor.namespace,
            labels: { release: args.release },
          },
          spec: podMonitorSpec(podMonitor),
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
