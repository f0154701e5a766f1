import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import { podMonitorSpec } from "../plan/monitoring/podMonitors";
import { type MonitoringArgs, type PlannedMonitoring, planMonitoring } from "./args/monitoring";
import { owned } from "./hooks/ownership";

/**
 * What the cluster's Prometheus scrapes of graphs, and of the NATS and etcd of their plane.
 * @example new PodMonitors("monitors", { graphs: [chat], discovery })
 */
export class PodMonitors extends pulumi.ComponentResource {
  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: MonitoringArgs | PlannedMonitoring,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const planned = planMonitoring(`PodMonitors ${name}`, args);
    const podMonitors = planned.each(({ plan }) => plan.podMonitors);
    const release = planned.part(({ monitoring }) => monitoring.release).input;
    const { labels } = "plan" in args ? {} : args;
    const inputs = { release, podMonitors: podMonitors.map(({ input }) => input) };
    super("dynamo:index:PodMonitors", name, inputs, owned(name, opts, labels));
    for (const podMonitor of podMonitors) {
      const { input: namespace } = podMonitor.part((plan) => plan.namespace);
      new apiextensions.CustomResource(
        `${name}-${podMonitor.shape.name}`,
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PodMonitor",
          metadata: { name: podMonitor.shape.name, namespace, labels: { release } },
          spec: podMonitor.part(podMonitorSpec).input,
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
