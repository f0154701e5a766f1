import * as pulumi from "@pulumi/pulumi";
import type { DiscoveryPlanePlan } from "../plan/discoveryPlane";
import { Etcd } from "./etcd";
import { Nats } from "./nats";

/** What frontends and workers find each other by: nothing at all, or NATS and etcd. Graphs depend on it. */
export class DiscoveryPlane extends pulumi.ComponentResource {
  constructor(name: string, args: DiscoveryPlanePlan, opts?: pulumi.ComponentResourceOptions) {
    const { mode, endpoints, nats, etcd } = args;
    super("dynamo:index:DiscoveryPlane", name, { mode, endpoints }, opts);
    if (nats) new Nats(`${name}-nats`, nats, { parent: this });
    if (etcd) new Etcd(`${name}-etcd`, etcd, { parent: this });
    this.registerOutputs();
  }
}
