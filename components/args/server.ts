/** What NATS and etcd, where the stack runs them, are made from. */
import type * as pulumi from "@pulumi/pulumi";
import type { ServersPlan } from "../../plan/discoveryPlane";
import type { Credentials, Server } from "../../plan/servers/credentials";
import type { CertificateSigner } from "../signer";
import type { Args } from "./inputs";
import { aroundIt, type KnownSurroundings, planArgs, type Setting, type SurroundingArgs } from "./planArgs";
import { optional, type Planned } from "./planned";

type NatsEtcd = Extract<Setting<"discovery">, { mode: "nats-etcd" }>;
/** Settings of a server that the stack runs, as `dynamo:discovery` has them. */
type OwnServer<Which extends Server> = Omit<
  Exclude<NonNullable<NatsEtcd[Which]>, { external: true }>,
  "external"
>;

/** What NATS and etcd have in common beside their own settings. */
export interface ServerArgs extends SurroundingArgs {
  /** Passwords of the clients. A higher generation rotates them. @default { generation: 1 } */
  readonly credentials?: NatsEtcd["credentials"];
  /** Other namespaces whose pods may connect, and which get the Secrets of the clients. They are there already. @default none */
  readonly clientNamespaces?: NatsEtcd["clientNamespaces"];
  /** Whether the namespace and the volumes outlive the stack. @default false */
  readonly keepVolumes?: boolean | undefined;
}

export type ServerSettings<Which extends Server> = Args<OwnServer<Which>>;

export interface PlannedServer<Plan> {
  readonly plan: Planned<Plan>;
  readonly credentials: Credentials;
  /** Whether the namespace and the volumes outlive the stack. */
  readonly keep: boolean;
  /** Namespace of the clients, whose pods authenticate by a Secret there. */
  readonly namespace: pulumi.Input<string>;
  /** Other namespaces with clients. */
  readonly clientNamespaces: readonly string[];
  /** Who signs its certificate, where it has one. */
  readonly signer?: CertificateSigner | undefined;
}

type KnownArgs = KnownSurroundings & Pick<ServerArgs, "credentials" | "clientNamespaces" | "keepVolumes">;

/** Plans one server. @throws pulumi.RunError with one line for each mistake in the args. */
export function planServer<Which extends Server>(
  server: Which,
  component: string,
  args: ServerArgs,
): PlannedServer<NonNullable<ServersPlan[Which]>> {
  const stack = planArgs<KnownArgs>(args, {
    component,
    settings: ({ credentials, clientNamespaces, keepVolumes, ...args }) => {
      const { namespace, platform, monitoring, images, ...own } = args;
      return {
        ...aroundIt({ namespace, platform, monitoring, images }),
        discovery: {
          mode: "nats-etcd",
          [server]: { ...own, external: false },
          credentials,
          clientNamespaces,
          keepVolumes,
        },
      };
    },
    keys: { [`discovery.${server}.`]: "", "discovery.": "", "namespace.name": "namespace" },
  });
  const servers = stack.part(({ plan }) => plan.discovery.servers as ServersPlan);
  const namespace = stack.part(({ config }) => config.namespace.name).input;
  const planned = serverOf(server, servers, namespace);
  if (planned === undefined) throw new RangeError(`no ${server} is planned`);
  return planned;
}

/** One of the servers that are planned; undefined where someone else runs it. */
export function serverOf<Which extends Server>(
  server: Which,
  servers: Planned<ServersPlan>,
  namespace: pulumi.Input<string>,
  signer?: CertificateSigner,
): PlannedServer<NonNullable<ServersPlan[Which]>> | undefined {
  const plan = optional(servers.part((all) => all[server] as ServersPlan[Which] | undefined));
  const { credentials, clientNamespaces, keepVolumes: keep } = servers.shape;
  const own = plan as Planned<NonNullable<ServersPlan[Which]>> | undefined;
  return own && { plan: own, credentials, clientNamespaces, keep, namespace, signer };
}
