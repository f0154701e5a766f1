import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { NatsPlan } from "../plan/servers/nats";
import { natsSecretFiles } from "../plan/servers/natsConf";
import { type PlannedServer, planServer, type ServerArgs, type ServerSettings } from "./args/server";
import { clientAccess } from "./clientAccess";
import { GuardedNamespace } from "./guardedNamespace";
import { owned } from "./hooks/ownership";
import { MemberSet } from "./memberSet";
import { password } from "./passwords";
import { serverCertificate } from "./signer";

/** NATS as `dynamo:discovery.nats` has it. Its clients are the pods of `namespace` and the platform's operator. */
export interface NatsArgs extends ServerArgs, ServerSettings<"nats"> {}

/**
 * NATS with JetStream in a namespace of its own, `nats-system`: one for each cluster.
 * @example new Nats("bus", { replicas: 3, storage: "10Gi", namespace: "dynamo" })
 */
export class Nats extends pulumi.ComponentResource {
  /** Address for clients, known once the members are Ready: `nats://nats.nats-system:4222`, or `tls://…` where it is encrypted. */
  readonly url: pulumi.Output<string>;
  /** Name of the Secret of their user and password, in `namespace`. */
  readonly clientSecret: pulumi.Output<string>;

  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: NatsArgs | PlannedServer<NatsPlan>,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const server = "plan" in args ? args : planServer("nats", `Nats ${name}`, args);
    const { plan, keep } = server;
    const { configMap, auth } = plan.shape;
    const { inputs: settings } = plan.part((all) => all.config);
    super("dynamo:index:Nats", name, settings, owned(name, opts, "labels" in args ? args.labels : {}));
    const { users, secret } = clientAccess(name, "nats", server, this, opts);
    const guard = { manifests: plan.part((all) => all.guard), keep };
    const namespace = new GuardedNamespace(`${name}-namespace`, guard, { parent: this });
    const child = { parent: this, dependsOn: namespace };
    const files = new core.ConfigMap(`${name}-config`, configMap, child);
    const route = password(`${name}-route-password`, { parent: this });
    const stringData = pulumi
      .all([users, route, plan.part(({ config, around }) => ({ config, around })).input])
      .apply(([users, route, plan]) => natsSecretFiles(plan, { users, route }));
    const secrets = new core.Secret(`${name}-auth`, { ...auth, stringData }, child);
    const certificate = serverCertificate(name, server, child);
    const manifests = plan.part(({ members }) => members);
    const members = new MemberSet(
      `${name}-members`,
      { manifests },
      { parent: this, dependsOn: [files, secrets, ...certificate] },
    );
    this.url = members.ready.apply(() => plan.shape.url);
    this.clientSecret = secret;
    this.registerOutputs({ url: this.url, clientSecret: this.clientSecret });
  }
}
