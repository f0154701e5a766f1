import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { ownerLabel } from "../../plan/owner";
import { type Cluster, clusterOf } from "./cluster";
import { refuseCollisions, willBeMade } from "./collisions";
import { hasEngine, hookName } from "./engine";
import { objectsInState, thisOwner } from "./thisStack";
import { transformed } from "./transforms";

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
  const owner = thisOwner();
  let cluster: Cluster | undefined;
  let hooks: pulumi.ResourceHook[] = [];
  const own: pulumi.ResourceTransformation = ({ resource, type, props, opts }) => {
    // The first is the resource itself, whose provider its children have.
    if (cluster === undefined) {
      cluster = clusterOf(resource);
      // Components of two types may share a name, and be made by two processes, which know nothing of each other's hooks.
      if (hasEngine()) hooks = [ownershipHook(`${name}-${type.split(":").at(-1)}`, owner, cluster)];
    }
    owners.add(resource);
    if (!type.startsWith("kubernetes:")) return undefined;
    const inputs = transformed(props); // ahead of the label, which no change takes away
    willBeMade(inputs, cluster);
    const { hooks: others = {} } = opts as pulumi.CustomResourceOptions;
    const [beforeCreate, beforeUpdate] = [others.beforeCreate, others.beforeUpdate].map((own = []) => [
      ...own,
      ...hooks,
    ]);
    return {
      props: { ...inputs, metadata: labelled(inputs.metadata, labels, owner) },
      opts: { ...opts, hooks: { ...others, beforeCreate, beforeUpdate } },
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

/**
 * A hook that refuses, in a preview already, to take up an object that the stack may not have. It runs before updates too:
 * no object is changed by a run that stops at the creation of another.
 */
function ownershipHook(name: string, owner: string, cluster: Cluster): pulumi.ResourceHook {
  const objects = objectsInState();
  const check = async ({ urn, newInputs, oldInputs }: pulumi.ResourceHookArgs) => {
    const creation = oldInputs === undefined ? { urn, inputs: newInputs } : undefined;
    return refuseCollisions({ creation, cluster, owner, state: await objects });
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  return new pulumi.ResourceHook(hookName(`${name}-ownership`), AsyncResource.bind(check), {
    onDryRun: true,
  });
}
