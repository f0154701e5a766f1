/** What a discovery mode means. The only place that decides on the mode: elsewhere there is data from here. */
import type { DiscoveryMode } from "../config/names";
import type { Discovery } from "../config/schema";
import type { RuntimeLine } from "../config/versions";
import { type EnvVar, kubernetesWiring, natsEtcdWiring, type Wiring } from "./compatibility";
import { type EtcdConfig, etcdPodMonitor, etcdUrl } from "./etcd";
import { type NatsConfig, natsPodMonitor, natsUrl } from "./nats";
import type { PodMonitorPlan } from "./podMonitors";

export interface DiscoveryPlanePlan {
  readonly mode: DiscoveryMode;
  readonly wiring: Wiring;
  /** Addresses that the graphs' pods get as env. */
  readonly endpoints: readonly EnvVar[];
  /** NATS and etcd, where the mode needs them. */
  readonly nats: NatsConfig | undefined;
  readonly etcd: EtcdConfig | undefined;
  readonly podMonitors: readonly PodMonitorPlan[];
}

export function discoveryPlane(discovery: Discovery, line: RuntimeLine): DiscoveryPlanePlan {
  switch (discovery.mode) {
    case "kubernetes":
      return {
        mode: discovery.mode,
        wiring: kubernetesWiring(line),
        endpoints: [],
        nats: undefined,
        etcd: undefined,
        podMonitors: [],
      };
    case "nats-etcd":
      return {
        mode: discovery.mode,
        wiring: natsEtcdWiring(line, discovery.requestPlane),
        endpoints: [
          { name: "NATS_SERVER", value: natsUrl },
          { name: "ETCD_ENDPOINTS", value: etcdUrl },
        ],
        nats: discovery.nats,
        etcd: discovery.etcd,
        podMonitors: [natsPodMonitor, etcdPodMonitor],
      };
    default:
      return discovery satisfies never;
  }
}
