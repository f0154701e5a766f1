import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { EtcdPlan } from "../plan/servers/etcd";
import { etcdSecretFiles } from "../plan/servers/etcdAccess";
import { optional } from "./args/planned";
import { type PlannedServer, planServer, type ServerArgs, type ServerSettings } from "./args/server";
import { clientAccess } from "./clientAccess";
import { GuardedNamespace } from "./guardedNamespace";
import { owned } from "./hooks/ownership";
import { MemberSet } from "./memberSet";
import { passwords } from "./passwords";
import { serverCertificate } from "./signer";

/** etcd as `dynamo:discovery.etcd` has it. Its clients are the pods of `namespace` and the platform's operator. */
export interface EtcdArgs extends ServerArgs, ServerSettings<"etcd"> {}

/**
 * etcd in a namespace of its own, `etcd-system`: one for each cluster.
 * @example new Etcd("store", { replicas: 3, storage: "8Gi", namespace: "dynamo" })
 */
export class Etcd extends pulumi.ComponentResource {
  /** Addresses for clients, known once its users are set up: `http://etcd.etcd-system:2379`, or `https://…` where it is encrypted. */
  readonly endpoints: pulumi.Output<string[]>;
  /** Name of the Secret of their user and password, in `namespace`. */
  readonly clientSecret: pulumi.Output<string>;

  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: EtcdArgs | PlannedServer<EtcdPlan>,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const server = "plan" in args ? args : planServer("etcd", `Etcd ${name}`, args);
    const { plan, credentials, keep } = server;
    const { access, auth, certificate, url } = plan.shape;
    const tls = certificate?.metadata.name;
    const { inputs: settings } = plan.part(({ config }) => config);
    super("dynamo:index:Etcd", name, settings, owned(name, opts, "labels" in args ? args.labels : {}));
    const { users, secret } = clientAccess(name, "etcd", server, this, opts);
    const guard = { manifests: plan.part((all) => all.guard), keep };
    const namespace = new GuardedNamespace(`${name}-namespace`, guard, { parent: this });
    const child = { parent: this, dependsOn: namespace };
    const root = passwords(`${name}-root-password`, credentials.valid, { parent: this });
    const stringData = pulumi
      .all([users, root])
      .apply(([users, root]) => etcdSecretFiles(credentials, { users, root }, tls));
    const secrets = new core.Secret(`${name}-auth`, { ...auth, stringData }, child);
    const script = new core.ConfigMap(`${name}-access-script`, access.configMap, child);
    const manifests = plan.part(({ members }) => members);
    const members = new MemberSet(
      `${name}-members`,
      { manifests },
      { parent: this, dependsOn: [namespace, ...serverCertificate(name, server, child)] },
    );
    const { inputs: setUp } = plan.part((all) => all.access.job);
    const job = new batch.Job(`${name}-access`, setUp, {
      parent: this,
      dependsOn: [members, secrets, script],
      deleteBeforeReplace: true, // so that `--replace` runs it again, too
    });
    const snapshots = optional(plan.part((all): EtcdPlan["snapshots"] => all.snapshots));
    if (snapshots) {
      const { inputs: volume } = snapshots.part(({ claim }) => claim);
      const claim = new core.PersistentVolumeClaim(`${name}-snapshots`, volume, child);
      const { inputs: cronJob } = snapshots.part((all) => all.cronJob);
      new batch.CronJob(`${name}-snapshot`, cronJob, { parent: this, dependsOn: [job, claim] });
    }
    this.endpoints = job.urn.apply(() => [url]);
    this.clientSecret = secret;
    this.registerOutputs({ endpoints: this.endpoints, clientSecret: this.clientSecret });
  }
}
