import { AsyncResource } from "node:async_hooks";
import type { KubernetesObject } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../../gpus/manifest";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { connect } from "./kubeconfig";

/**
 * Labels every object of the stack as its own, and lets Pulumi take up an object that is there already only where it has
 * that label. What an interrupted update made is in the cluster and not in Pulumi's state: the next update goes on with it,
 * and never with what someone else made.
 * @param context of the kubeconfig. Default: the current one.
 */
export function ownObjects(name: string, context: string | undefined): void {
  const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
  const check = async ({ newInputs }: pulumi.ResourceHookArgs) => {
    const object = newInputs as Identified;
    const existing = await read(object, context);
    if (existing && existing.metadata?.labels?.[ownerLabel] !== owner)
      throw new Error(
        `${nameOf(object)} is there already, and is not this stack's (label ${ownerLabel}: ${owner}): give yours another name, or delete it`,
      );
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  const beforeCreate = new pulumi.ResourceHook(name, AsyncResource.bind(check));
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (!type.startsWith("kubernetes:")) return undefined;
    const { metadata } = props as Identified;
    const labels = { ...metadata.labels, [ownerLabel]: owner };
    const { hooks = {} } = opts as pulumi.CustomResourceOptions;
    return {
      props: { ...props, metadata: { ...metadata, labels } },
      opts: { ...opts, hooks: { ...hooks, beforeCreate: [...(hooks.beforeCreate ?? []), beforeCreate] } },
    };
  });
}

type Identified = Required<Pick<KubernetesObject, "apiVersion" | "kind">> & {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
};

async function read(object: Identified, context: string | undefined): Promise<KubernetesObject | undefined> {
  const { client, config } = await connect(context);
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
