/** Components that deploy NVIDIA Dynamo on Kubernetes, for any Pulumi program. See docs/library.md. */

export { Alerts } from "./alerts";
export type { DynamoGraphArgs } from "./args/graph";
export type { MonitoringArgs } from "./args/monitoring";
export type { RuntimeArgs, SurroundingArgs } from "./args/planArgs";
export { Dashboards } from "./dashboards";
export { type DiscoveryArgs, DiscoveryPlane, type DiscoveryPlaneArgs } from "./discoveryPlane";
export { DynamoGraph } from "./dynamoGraph";
export { Etcd, type EtcdArgs } from "./etcd";
export { FrontendService, type FrontendServiceArgs } from "./frontendService";
export { ModelCache, type ModelCacheArgs } from "./modelCache";
export { Nats, type NatsArgs } from "./nats";
export { PodMonitors } from "./podMonitors";
