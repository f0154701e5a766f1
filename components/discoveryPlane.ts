import * as pulumi from "@pulumi/pulumi";
import type { DiscoveryMode } from "../config/names";
import type { DiscoveryPlanePlan, EncryptionPlan, ServersPlan } from "../plan/discoveryPlane";
import type { Args } from "./args/inputs";
import {
  aroundIt,
  type KnownSurroundings,
  planArgs,
  type Setting,
  type SurroundingArgs,
} from "./args/planArgs";
import { optional, Planned } from "./args/planned";
import { serverOf } from "./args/server";
import { Authorities } from "./authorities";
import { CertManager } from "./certManager";
import { Etcd } from "./etcd";
import { owned } from "./hooks/ownership";
import { Nats } from "./nats";

/** How frontends and workers find each other, as `dynamo:discovery` has it. */
export type DiscoveryArgs = Args<Setting<"discovery">>;

/** Mutual TLS of graphs, NATS and etcd, as `dynamo:encryption` has it. */
export type EncryptionArgs = Args<Setting<"encryption">>;

export type DiscoveryPlaneArgs = DiscoveryArgs &
  SurroundingArgs & {
    /** @default none: plain text */
    readonly encryption?: EncryptionArgs | undefined;
  };

/** A plane that is planned already. */
export interface PlannedDiscoveryPlane {
  readonly plan: DiscoveryPlanePlan;
  /** Namespace of the graphs, whose pods authenticate by Secrets there. */
  readonly namespace: string;
}

/**
 * What frontends and workers find each other by: nothing at all, or NATS and etcd. Graphs depend on it.
 * @example new DiscoveryPlane("discovery", { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } })
 */
export class DiscoveryPlane extends pulumi.ComponentResource {
  readonly mode: DiscoveryMode;
  /** The NATS that it runs; undefined where it needs none, or someone else runs it. */
  readonly nats: Nats | undefined;
  /** The etcd that it runs; undefined where it needs none, or someone else runs it. */
  readonly etcd: Etcd | undefined;
  /** Namespace of the graphs, where the Secrets of NATS' and etcd's clients are. */
  readonly namespace: pulumi.Input<string>;
  /** The moment from which its certificates are refused, in seconds since 1970; undefined where it has none. */
  readonly certificatesExpire: pulumi.Output<number> | undefined;
  /** Its args, for graphs; undefined where a stack's plan made it. */
  readonly settings: DiscoveryArgs | undefined;
  /** Its encryption, for graphs; undefined where it has none, or a stack's plan made it. */
  readonly encryption: EncryptionArgs | undefined;

  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: DiscoveryPlaneArgs | PlannedDiscoveryPlane,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const { plan, namespace, settings } = "plan" in args ? planned(args) : fromArgs(name, args);
    const { mode } = plan.shape;
    const { input: env } = plan.part((all) => all.env);
    super(
      "dynamo:index:DiscoveryPlane",
      name,
      { mode, env },
      owned(name, opts, "mode" in args ? args.labels : {}),
    );
    this.mode = mode;
    this.namespace = namespace;
    this.settings = settings;
    this.encryption = "plan" in args ? undefined : args.encryption;
    const child = { parent: this };
    const encryption = optional(plan.part((all): EncryptionPlan | undefined => all.encryption));
    const signer =
      encryption &&
      (encryption.shape.issuerRef === undefined
        ? new Authorities(`${name}-authorities`, encryption.shape, child)
        : new CertManager(name, this));
    if (encryption && signer) {
      signer.sign(
        `${name}-tls`,
        encryption.part(({ certificate }) => certificate),
        child,
      );
      for (const copy of encryption.each(({ copies }) => copies)) {
        const { metadata, generation } = copy.shape;
        signer.sign(`${name}-tls-${metadata.namespace}-${generation}`, copy, child);
      }
    }
    const servers = optional(plan.part((all): ServersPlan | undefined => all.servers));
    const nats = servers && serverOf("nats", servers, namespace, signer);
    const etcd = servers && serverOf("etcd", servers, namespace, signer);
    this.nats = nats && new Nats(`${name}-nats`, nats, child);
    this.etcd = etcd && new Etcd(`${name}-etcd`, etcd, child);
    this.certificatesExpire = signer?.expiry(); // of the servers too
    this.registerOutputs({ mode });
  }
}

function planned({ plan, namespace }: PlannedDiscoveryPlane) {
  return { plan: new Planned(plan), namespace, settings: undefined };
}

function fromArgs(name: string, args: DiscoveryPlaneArgs) {
  const { namespace: _, platform: __, monitoring: ___, images: ____, labels: _____, ...own } = args;
  const { encryption: ______, ...discovery } = own;
  const stack = planArgs<KnownSurroundings>(args, {
    component: `DiscoveryPlane ${name}`,
    settings: ({ namespace, platform, monitoring, images, encryption, ...discovery }) => ({
      ...aroundIt({ namespace, platform, monitoring, images, encryption }),
      discovery,
    }),
    keys: { "discovery.": "", "namespace.name": "namespace" },
  });
  return {
    plan: stack.part(({ plan }) => plan.discovery),
    namespace: stack.part(({ config }) => config.namespace.name).input,
    settings: discovery as DiscoveryArgs,
  };
}
