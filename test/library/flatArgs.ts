/** The compiler's word for it that library/'s args are those of the components: each accepts all of theirs, and has no other field. */
import type * as pulumi from "@pulumi/pulumi";
import type * as components from "../../components";
import type * as flat from "../../library/args";

type Around = Omit<components.SurroundingArgs, never>;
type Graph = Omit<
  components.DynamoGraphArgs,
  keyof Around | "runtime" | "discovery" | "encryption" | "name"
> & {
  name: string;
};
interface OfRuntime {
  runtime?: Exclude<components.RuntimeArgs, string>;
  discovery?: components.DiscoveryArgs;
}

type Encrypted = Pick<components.DiscoveryPlaneArgs, "encryption">;

interface Accepted {
  DiscoveryPlaneArgs: [components.DiscoveryPlaneArgs, flat.DiscoveryPlaneArgs];
  DynamoGraphArgs: [
    Omit<Graph, "name"> & { name?: string } & OfRuntime & Encrypted & Around,
    flat.DynamoGraphArgs,
  ];
  NatsArgs: [components.NatsArgs, flat.NatsArgs];
  EtcdArgs: [components.EtcdArgs, flat.EtcdArgs];
  ModelCacheArgs: [
    Omit<components.ModelCacheArgs, "runtime"> & Pick<OfRuntime, "runtime">,
    flat.ModelCacheArgs,
  ];
  FrontendServiceArgs: [components.FrontendServiceArgs, flat.FrontendServiceArgs];
  MonitoringArgs: [{ graphs?: Graph[] } & OfRuntime & Encrypted & Around, flat.MonitoringArgs];
}

/** Keys of all fields, those of alternatives too: `nats.replicas`. */
type Keys<T> = 0 extends 1 & T
  ? never
  : T extends readonly (infer Item)[]
    ? Keys<Item>
    : T extends Promise<unknown> | pulumi.OutputInstance<unknown>
      ? never
      : T extends object
        ? string extends keyof T
          ? never
          : { [Key in keyof T & string]-?: Key | `${Key}.${Keys<NonNullable<T[Key]>>}` }[keyof T & string]
        : never;

type Difference<A, B> = Exclude<A, B> | Exclude<B, A>;

/** Where they differ: a name whose value is no `never` is one that the compiler refuses below. */
type Differences = {
  [Name in keyof Accepted]: Accepted[Name] extends [infer Theirs, infer Ours]
    ? [Theirs] extends [Ours]
      ? Difference<Keys<Theirs>, Keys<Ours>>
      : "is not accepted"
    : never;
};

export type Same = Check<Differences>;
type Check<None extends Record<keyof Accepted, never>> = None;
