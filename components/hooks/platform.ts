/** Whether a stack may install the platform, change it or take it away: nobody's graphs may be left without an operator. */
import type { KubernetesObject } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../config/load";
import { some } from "../../config/printable";
import { refusedStep } from "../../config/runtime/platformCharts";
import { nameOf } from "../../gpus/manifest";
import { otherKeeper } from "../../plan/owner";
import type { PlatformPlan } from "../../plan/platform";
import { crdVersion, type DeployedPlatform, isNewer, operatorsKinds } from "../../plan/platformState";
import { type ApiServer, apiServer, fails, reasonOf } from "../../preflight/read/apiServer";
import { hasHelmRelease } from "../../preflight/read/helmReleases";
import { readOperators } from "../../preflight/read/operators";
import { type Cluster, connect, isReachable } from "./cluster";
import { hasEngine } from "./engine";
import { platformInState } from "./thisStack";

/**
 * Refuses a plan by which the cluster would have two platforms, or the platform of others be taken over, left out a release line,
 * or taken away beneath graphs that need it.
 * @throws pulumi.RunError with a line for each reason
 */
export async function refuseWrongPlatform(
  platform: PlatformPlan | undefined,
  cluster: Cluster,
): Promise<void> {
  if (!hasEngine()) return;
  const before = await platformInState();
  if (platform === undefined && before === undefined) return;
  const reasons = platform === undefined || before === undefined ? [] : changesRefused(before, platform);
  if (!pulumi.runtime.isDryRun() || (await isReachable(cluster))) {
    const { config } = await connect(cluster);
    const api = await apiServer(config);
    try {
      if (platform === undefined) reasons.push(...(await known("who needs it", whoNeedsIt(api))));
      else if (before === undefined) reasons.push(...(await whatIsThere(api, platform)));
    } finally {
      api.close();
    }
  }
  if (reasons.length > 0) throw refusal(`${reasons.join("\n")}. Nothing was changed`);
}

function changesRefused(before: DeployedPlatform, { version, namespace }: PlatformPlan): string[] {
  const step = refusedStep(before.version, version);
  return [
    ...(step === undefined ? [] : [`dynamo:platform.install.version: ${step}`]),
    ...(before.namespace === namespace
      ? []
      : [
          `dynamo:platform.namespace: the stack's platform is in ${before.namespace}, and a cluster has one: write ${before.namespace} again`,
        ]),
  ];
}

/** Graphs that an update would leave without an operator: they would be as they are for ever, and never go. */
async function whoNeedsIt(api: ApiServer): Promise<string[]> {
  const graphs = await operatorsObjects(api);
  return graphs.length === 0
    ? []
    : [
        `dynamo:platform.install: the stack has installed the platform, which would go, and nobody would see to ${some(graphs.map(nameOf))}: delete these first, or write \`install\` again. Where somebody else is to keep the platform, have the state forget it: \`pulumi state delete\` with the URN of its Release`,
      ];
}

/** Objects of all namespaces that NVIDIA's operator sees to. */
export async function operatorsObjects(api: ApiServer): Promise<KubernetesObject[]> {
  const served = await api.get("/apis/nvidia.com").catch((error) => {
    if (fails(error, 404)) return { versions: [] };
    throw error;
  });
  const { versions } = served as { versions: { version: string }[] };
  const found: KubernetesObject[] = [];
  for (const plural of operatorsKinds)
    for (const { version } of versions) {
      const items = await api.list(`/apis/nvidia.com/${version}/${plural}`).catch((error) => {
        if (fails(error, 404)) return undefined; // it is in another version of the group
        throw error;
      });
      if (items === undefined) continue;
      found.push(...(items as KubernetesObject[]));
      break;
    }
  return found;
}

/** What is there of a platform that the stack has not installed. */
async function whatIsThere(api: ApiServer, { name, namespace, version }: PlatformPlan): Promise<string[]> {
  const asked = await Promise.all(
    [operators(api), definitions(api, version), release(api, name, namespace)].map((part) =>
      known("whether a platform is there", part),
    ),
  );
  return [...new Set(asked.flat())];
}

/** Reasons; or that they could not be looked for, which is one. */
const known = (what: string, reasons: Promise<string[]>): Promise<string[]> =>
  reasons.catch((error) => [`dynamo:platform.install: ${what} is not known: ${reasonOf(error)}`]);

async function operators(api: ApiServer): Promise<string[]> {
  const found = await readOperators(api, await api.list("/apis/apps/v1/deployments"));
  if ("unread" in found) return [];
  return found.map(
    (one) =>
      `dynamo:platform.install: ${one.namespace}/${one.name} (${one.image}) is there already, and a cluster has one operator: take \`install\` out, or have that one removed`,
  );
}

/** The CRDs, which outlive every operator: one applies them over what is there, whoever keeps that. */
async function definitions(api: ApiServer, version: string): Promise<string[]> {
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/dynamographdeployments.nvidia.com";
  const crd = await api.get(path).catch((error) => {
    if (fails(error, 404)) return undefined;
    throw error;
  });
  if (crd === undefined) return [];
  const [keeper, found] = [otherKeeper(crd), crdVersion(crd)];
  return [
    ...(keeper === undefined
      ? []
      : [
          `dynamo:platform.install: the CRDs of nvidia.com are kept by ${keeper}, and the operator would write over them: have that let go of them (label app.kubernetes.io/managed-by, ownerReferences), or take \`install\` out`,
        ]),
    ...(isNewer(found, version)
      ? [
          `dynamo:platform.install.version: the CRDs of nvidia.com are of operator ${found}, and that of ${version} would write older ones over them: write ${found} or newer`,
        ]
      : []),
  ];
}

/** A Helm release of the name, of others or of an update that was interrupted. Its contents are not asked for. */
async function release(api: ApiServer, name: string, namespace: string): Promise<string[]> {
  return !(await hasHelmRelease(api, name, namespace))
    ? []
    : [
        `dynamo:platform.install: there is a Helm release ${name} in ${namespace} that the stack's state does not have: take \`install\` out where it is another's, or, where an update of this stack was interrupted, remove it: \`helm uninstall ${name} --namespace ${namespace}\``,
      ];
}
