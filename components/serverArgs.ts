import type * as pulumi from "@pulumi/pulumi";
import type { Credentials } from "../plan/servers/credentials";

/** What NATS and etcd are made from. */
export interface ServerArgs<Plan> {
  readonly plan: Plan;
  readonly credentials: Credentials;
  /** Passwords of the clients, by generation. */
  readonly users: Readonly<Record<number, pulumi.Output<string>>>;
  /** Whether the namespace and the volumes outlive the stack. */
  readonly keep: boolean;
  /** Called before an update, to refuse one that members can't follow. */
  readonly beforeUpdate: pulumi.ResourceHook;
}
