import { AsyncResource } from "node:async_hooks";
import type { KubernetesObject } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../../gpus/manifest";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { type Cluster, clusterOf, connect } from "./cluster";
import { hasEngine, hookName } from "./engine";

/** Labels of objects, which other resources may give. */
export type Labels = pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;

/** Components, and the objects that are in none, whose objects are labelled. */
const owners = new WeakSet<pulumi.Resource>();

/**
 * Options of a resource by which its objects, and those of its children, are labelled as the stack's own, and by which
 * Pulumi takes up an object that is there already only where it has that label. What an interrupted update made is in the
 * cluster and not in Pulumi's state: the next update goes on with it, and never with what someone else made.
 * @param labels that they have, too.
 */
export function owned<Options extends pulumi.ResourceOptions>(
  name: string,
  opts: Options,
  labels: Labels = {},
): Options {
  if (opts.parent && owners.has(opts.parent)) return opts; // it sees to its children
  const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
  let hooks: pulumi.ResourceHook[] | undefined;
  const own: pulumi.ResourceTransformation = ({ resource, type, props, opts }) => {
    // The first is the resource itself, whose provider its children have.
    hooks ??= hasEngine() ? [refuseOthersObjects(name, owner, clusterOf(resource))] : [];
    owners.add(resource);
    if (!type.startsWith("kubernetes:")) return undefined;
    const { hooks: others = {} } = opts as pulumi.CustomResourceOptions;
    return {
      props: { ...props, metadata: labelled(props.metadata, labels, owner) },
      opts: { ...opts, hooks: { ...others, beforeCreate: [...(others.beforeCreate ?? []), ...hooks] } },
    };
  };
  return { ...opts, transformations: [...(opts.transformations ?? []), own] };
}

type Metadata = { readonly labels?: Readonly<Record<string, string>> };

/** What is known stays so: policies and previews read it. */
function labelled(metadata: pulumi.Input<Metadata>, labels: Labels, owner: string): pulumi.Input<Metadata> {
  const label = (object: Metadata, more: Readonly<Record<string, pulumi.Input<string>>>) => ({
    ...object,
    labels: { ...more, ...object.labels, [ownerLabel]: owner },
  });
  const isKnown = (value: unknown) => !pulumi.Output.isInstance(value) && !(value instanceof Promise);
  return isKnown(metadata) && isKnown(labels)
    ? (label(metadata as Metadata, labels as Readonly<Record<string, string>>) as Metadata)
    : pulumi.all([metadata, labels]).apply(([object, more]) => label(object, more) as Metadata);
}

function refuseOthersObjects(name: string, owner: string, cluster: Cluster): pulumi.ResourceHook {
  const check = async ({ newInputs }: pulumi.ResourceHookArgs) => {
    const object = newInputs as Identified;
    const existing = await read(object, cluster);
    if (existing && existing.metadata?.labels?.[ownerLabel] !== owner)
      throw new Error(
        `${nameOf(object)} is there already, and is not this stack's (label ${ownerLabel}: ${owner}): give yours another name, or delete it`,
      );
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  return new pulumi.ResourceHook(hookName(`${name}-ownership`), AsyncResource.bind(check));
}

type Identified = Required<Pick<KubernetesObject, "apiVersion" | "kind">> & {
  readonly metadata: { readonly name: string };
};

async function read(object: Identified, cluster: Cluster): Promise<KubernetesObject | undefined> {
  const { client, config } = await connect(cluster);
  try {
    return await client.KubernetesObjectApi.makeApiClient(config).read(object);
  } catch (error) {
    // A kind that the cluster doesn't know is Pulumi's to tell.
    if (error instanceof client.ApiException && error.code === 404) return undefined;
    if (error instanceof Error && error.message.includes("Unrecognized API version and kind"))
      return undefined;
    throw error;
  }
}
