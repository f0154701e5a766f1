import { setTimeout } from "node:timers/promises";
import {
  ApiextensionsV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import { z } from "zod";
import type { IssuerRef } from "../config/encryption";
import { dynamoGraphDeploymentSpec } from "../plan/graph/v1alpha1";
import { apiClient } from "./clients";
import { type CustomResourceDefinition, readCrds } from "./crdFiles";
import { anything, type Version, withStoredVersion } from "./crdVersions";
import { type JsonSchema, structuralSchema } from "./structuralSchema";

/**
 * Applies every CustomResourceDefinition in a folder and the folders in it, and waits until the API server serves them.
 *
 * @param adapt what is changed of each. @default what a cluster needs where nothing converts
 * @returns their names
 * @throws Error where the folder is missing, holds none or two of the same name, or the API server refuses one
 */
export async function applyCrds(
  kubeconfig: string,
  dir: string,
  adapt = withStoredVersion,
): Promise<string[]> {
  return apply(kubeconfig, (await readCrds(dir)).map(adapt));
}

/**
 * Applies what a rehearsal needs where the real CustomResourceDefinitions are not at hand: a DynamoGraphDeployment
 * that knows the fields that this program writes, and others that accept anything: PodMonitors, PrometheusRules, scaling
 * adapters, by which frontends know the workers, and domains of NVLink.
 *
 * @returns their names
 */
export async function applyStandInCrds(kubeconfig: string): Promise<string[]> {
  return apply(kubeconfig, standInCrds().map(withStoredVersion));
}

/** The stand-ins, as applied by {@link applyStandInCrds}. */
export function standInCrds(): CustomResourceDefinition[] {
  const spec = structuralSchema(
    z.toJSONSchema(dynamoGraphDeploymentSpec, { io: "input", unrepresentable: "any" }),
  );
  return [
    crd("nvidia.com", "DynamoGraphDeployment", { v1alpha1: spec, v1beta1: componentsByName }),
    crd("nvidia.com", "DynamoGraphDeploymentScalingAdapter", { v1alpha1: anything }, scale),
    crd("nvidia.com", "DynamoWorkerMetadata", { v1alpha1: anything }),
    crd("resource.nvidia.com", "ComputeDomain", { v1beta1: anything }),
    ...["PodMonitor", "PrometheusRule"].map((kind) => crd("monitoring.coreos.com", kind, { v1: anything })),
  ];
}

/**
 * Applies the kinds of cert-manager, and of the issuer, as far as they are not among those that are there.
 * @param known names of the definitions that are there
 */
export async function applyIssuerCrds(
  kubeconfig: string,
  { kind, group }: IssuerRef,
  known: readonly string[],
): Promise<string[]> {
  const crds = [
    crd("cert-manager.io", "Certificate", { v1: anything }),
    crd(group, kind, { v1: anything }, undefined, "Cluster"),
  ].filter(({ metadata }) => !known.includes(metadata.name));
  return apply(kubeconfig, crds.map(withStoredVersion));
}

/** By the name, several may each apply fields of a component. */
const componentsByName = {
  ...anything,
  properties: {
    components: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { ...anything, required: ["name"], properties: { name: { type: "string" } } },
    },
  },
};

/** By which autoscalers read and set the replicas of what they scale. */
const scale = {
  specReplicasPath: ".spec.replicas",
  statusReplicasPath: ".status.replicas",
  labelSelectorPath: ".status.selector",
};

/**
 * @param specs schema of the spec in each version; the first is stored.
 * @param scale paths of its replicas, where it can be scaled
 */
function crd(
  group: string,
  kind: string,
  specs: Readonly<Record<string, JsonSchema>>,
  scale?: object,
  scope: "Namespaced" | "Cluster" = "Namespaced",
): CustomResourceDefinition {
  const singular = kind.toLowerCase();
  const names = { kind, listKind: `${kind}List`, singular, plural: `${singular}s` };
  const versions = Object.entries(specs).map(
    ([name, spec], i): Version => ({
      name,
      served: true,
      storage: i === 0,
      schema: { openAPIV3Schema: { type: "object", properties: { spec, status: anything } } },
      subresources: { status: {}, ...(scale && { scale }) },
    }),
  );
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      names,
      scope,
      versions,
    },
  };
}

async function apply(kubeconfig: string, crds: CustomResourceDefinition[]): Promise<string[]> {
  // The typed client would drop the fields that it doesn't know.
  const objects = apiClient(kubeconfig, CustomObjectsApi);
  const type = { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" };
  const serverSideApply = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);
  return Promise.all(
    crds.map(async (body) => {
      const { name } = body.metadata;
      const patch = { ...type, name, body, fieldManager: "dynamo-rehearsal", force: true };
      await objects.patchClusterCustomObject(patch, serverSideApply);
      await established(kubeconfig, name);
      return name;
    }),
  );
}

async function established(kubeconfig: string, name: string): Promise<void> {
  const extensions = apiClient(kubeconfig, ApiextensionsV1Api);
  for (const deadline = Date.now() + 120_000; ; await setTimeout(100)) {
    const { status } = await extensions.readCustomResourceDefinition({ name });
    const conditions = status?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === "Established" && status === "True")) return;
    if (Date.now() < deadline) continue;
    const messages = conditions.flatMap(({ status, message }) =>
      status === "False" && message ? [message] : [],
    );
    throw new Error(`${name} is not served after 120 s: ${messages.join("; ")}`);
  }
}
