import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/schema";
import { leadsTo } from "./hooks/cluster";

/**
 * The provider that every resource of the stack uses: the kubeconfig that kubectl would take, and the context
 * that the config names.
 */
export function clusterProvider(name: string, { context, identifier }: StackConfig["cluster"]): Provider {
  const inputs = {
    ...(context !== undefined && { context }),
    clusterIdentifier: identifier ?? `${pulumi.getProject()}/${pulumi.getStack()}`,
    enableServerSideApply: true,
    // Otherwise a changed one is deleted and made anew, and its readers see it gone for a while.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // For what an interrupted update made: see ownership.ts, which keeps it from what is someone else's.
    upsertExistingObjects: true,
    // What the plan says is what the cluster does, whoever has written the same fields: an update before, or an operator.
    enablePatchForce: true,
  };
  // The only input that replaces the provider, and all that it made with it, stays as it was in the first update: the stack
  // may get another name, and deployedStack.ts keeps it on its cluster.
  return leadsTo(new Provider(name, inputs, { ignoreChanges: ["clusterIdentifier"] }), { context });
}
