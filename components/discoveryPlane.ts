import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { DiscoveryPlanePlan } from "../plan/discoveryPlane";
import { clientSecret, type Server } from "../plan/servers/credentials";
import { Etcd } from "./etcd";
import { Nats } from "./nats";
import { passwords } from "./passwords";

export interface DiscoveryPlaneArgs {
  readonly plan: DiscoveryPlanePlan;
  /** Namespace of the graphs, whose pods authenticate by Secrets there. */
  readonly namespace: string;
  /** Called before NATS or etcd is updated, to refuse what their members can't follow. */
  readonly beforeUpdate: pulumi.ResourceHook;
}

/** What frontends and workers find each other by: nothing at all, or NATS and etcd. Graphs depend on it. */
export class DiscoveryPlane extends pulumi.ComponentResource {
  constructor(name: string, args: DiscoveryPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, namespace, beforeUpdate } = args;
    super("dynamo:index:DiscoveryPlane", name, { mode: plan.mode, env: plan.env }, opts);
    const child = { parent: this };
    if (plan.servers) {
      const { nats, etcd, credentials, keepVolumes: keep } = plan.servers;
      const serverArgs = (server: Server) => {
        const users = passwords(`${name}-${server}-password`, credentials.valid, child);
        const secret = clientSecret(server, namespace, credentials, users);
        new core.Secret(`${name}-${server}-client`, secret, child);
        return { credentials, users, keep, beforeUpdate };
      };
      if (nats) new Nats(`${name}-nats`, { plan: nats, ...serverArgs("nats") }, child);
      if (etcd) new Etcd(`${name}-etcd`, { plan: etcd, ...serverArgs("etcd") }, child);
    }
    this.registerOutputs();
  }
}
