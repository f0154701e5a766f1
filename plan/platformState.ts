/** What a stack's state has of its platform. */
import { at, record, text } from "../gpus/manifest";

/** The platform's Helm release, as the state has it. */
export interface DeployedPlatform {
  readonly urn: string;
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
}

/** @param resources outputs by URN */
export function platformAmong(resources: Iterable<readonly [string, unknown]>): DeployedPlatform | undefined {
  for (const [urn, outputs] of resources) {
    if (!urn.includes("::dynamo:index:Platform$kubernetes:helm.sh/v3:Release::")) continue;
    const { name, namespace, version } = record(outputs);
    return { urn, name: text(name), namespace: text(namespace), version: text(version) };
  }
  return undefined;
}

/** Kinds whose objects NVIDIA's operator brings to life and holds by its finalizers: nobody would see to them without it. */
export const operatorsKinds = [
  "dynamographdeployments",
  "dynamocomponentdeployments",
  "dynamographdeploymentrequests",
  "dynamomodels",
] as const;

/** Whether what is found is of a newer release than a version: "1.6.1" than "1.4.2". What is no release is not. */
export function isNewer(found: string, version: string): boolean {
  const parts = (one: string) => /^v?(\d+)\.(\d+)\.(\d+)/.exec(one)?.slice(1).map(Number) ?? [];
  const [a, b] = [parts(found), parts(version)];
  for (const [i, part] of a.entries()) if (part !== (b[i] ?? 0)) return part > (b[i] ?? 0);
  return false;
}

/** Annotation by which an operator from 1.0 on tells the release of the CRDs that it has applied. */
export const crdVersion = (crd: unknown): string =>
  text(at(crd, "metadata", "annotations", "dynamo.nvidia.com/operator-version"));
