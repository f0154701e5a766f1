/** The step by which the platform's chart comes to its next release: by hand with Helm, or by the stack that installs it. */
import { nvidiaCharts } from "../../config/platform";
import { refusedPlatform, whyNotInstalled } from "../../config/runtime/platformCharts";
import type { Release } from "../../config/runtime/release";
import type { Runtime } from "../../config/runtime/runtime";
import type { StackConfig } from "../../config/schema";
import { platformRelease } from "../../plan/platform";
import { kubernetesFor } from "../../preflight/checks/kubernetesVersion";
import type { Snapshot } from "../../preflight/snapshot";
import type { UpgradeStep } from "./step";

/** What the platform carries meanwhile. */
export interface PlatformContext {
  /** The stack, for the `pulumi` CLI. */
  readonly stack: string;
  /** Runtime of the stack at that time. */
  readonly runtime: Runtime;
  /** Namespace of the operator. */
  readonly namespace: string;
  /** @default undefined: it is not known */
  readonly cluster: Snapshot | undefined;
  /** Whether the stack installs it, of a version of its own or of the runtime's. @default undefined: it does not */
  readonly install?: "its own version" | "the runtime's" | undefined;
}

/** How a stack installs its platform; undefined where it does not. */
export function installOf({ platform: { install } }: StackConfig): PlatformContext["install"] {
  return install && (install.version === undefined ? "the runtime's" : "its own version");
}

/** Charts of NVIDIA's catalogue, by name and version. */
export const chartAt = (name: string, version: string) => `${nvidiaCharts}/${name}-${version}.tgz`;

const imageTag = "dynamo-operator.controllerManager.manager.image.tag";

/** The chart of the next release, whoever installs it. */
export function chartStep(before: Release, after: Release, context: PlatformContext): Partial<UpgradeStep> {
  const { runtime, cluster, install } = context;
  const removed = Object.entries(after.removedValues).filter(([name]) => !(name in before.removedValues));
  const natsFree =
    runtime.natsWorkers === "none" && install === undefined
      ? (after.natsFreeValues?.split(" and ") ?? [])
      : [];
  const concern = whyNotInstalled(after.releaseLine);
  const kubernetes = cluster && kubernetesFor(after, cluster);
  return {
    changes: [
      ...(install === "the runtime's"
        ? [
            "the stack installs it: it comes with dynamo:runtime.version, in the same update and before the graphs",
          ]
        : []),
      ...(install === undefined && concern !== undefined
        ? [`no stack of this program installs it: ${concern}`]
        : []),
      ...removed.map(([name, instead]) => `value ${name} is ${instead}: the old one ends helm`),
      ...(kubernetes?.state === "passed" || (!kubernetes && before.kubernetes === after.kubernetes)
        ? []
        : [
            `it runs on Kubernetes ${after.kubernetes} and newer${kubernetes ? `: ${kubernetes.found}` : ""}`,
          ]),
      ...(natsFree.length > 0
        ? ["without NATS: every pod that has its address would connect to it in this stack's mode"]
        : []),
    ],
    todo:
      install === undefined
        ? helmCommands(before, after, removed, natsFree, context)
        : ownLines(after, context),
    reasons: [
      ...(kubernetes?.state === "failed" ? [`${kubernetes.found}: ${kubernetes.remedy}`] : []),
      ...(install === undefined ? [] : refusedInstall(after, install, runtime)),
    ],
  };
}

/** Of a platform that the stack installs: the version to write, unless it goes with the runtime's. */
function ownLines({ newest }: Release, { install, stack }: PlatformContext): string[] {
  return install === "its own version"
    ? [`dynamo:platform.install.version: ${newest}`, `pulumi up --stack ${stack}`]
    : [];
}

function refusedInstall(after: Release, install: PlatformContext["install"], runtime: Runtime): string[] {
  const isWritten = install === "its own version";
  const refused = refusedPlatform(
    after.newest,
    isWritten ? runtime : { version: after.newest, releaseLine: after.releaseLine },
    isWritten,
  );
  return refused === undefined ? [] : [refused];
}

/** Of a platform that somebody installs with Helm. */
function helmCommands(
  before: Release,
  after: Release,
  removed: readonly (readonly [name: string, instead: string])[],
  natsFree: readonly string[],
  { namespace }: PlatformContext,
): string[] {
  const isTagged = before.chartInstallsOperator !== undefined && after.chartInstallsOperator === undefined;
  const values = [
    ...natsFree,
    ...(after.chartInstallsOperator === undefined ? [] : [`${imageTag}=${after.newest}`]),
  ];
  return [
    `helm get values ${platformRelease} --namespace ${namespace} --output yaml > platform.yaml`,
    ...removed.map(([name, instead]) => `platform.yaml: ${instead} in the place of ${name}`),
    ...(isTagged ? [`platform.yaml: no ${imageTag}`] : []),
    [
      `helm upgrade ${platformRelease} ${chartAt(platformRelease, after.newest)} --namespace ${namespace} --values platform.yaml`,
      ...values.map((value) => `--set ${value}`),
    ].join(" "),
  ];
}
