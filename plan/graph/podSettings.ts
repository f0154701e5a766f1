/** From a component's settings of its pods, and what the program puts into them, to a container and a pod. */
import type { ResourcesConfig } from "../../config/container";
import type { PodSettingsConfig } from "../../config/podSettings";
import type { VolumeConfig } from "../../config/volumes";
import { type EnvVar, overridden } from "../envVar";
import type { PodClaim } from "./claims";
import type { Component, Container, EnvFrom, GraphContext, PodSettings, Probe, VolumeMount } from "./model";
import { placed } from "./placement";

/** What the program puts into the pods of a component. */
interface Planned {
  /** The graph, and the component's name in it. */
  readonly context: GraphContext;
  readonly component: string;
  readonly container: Omit<Container, "env" | "resources" | "claims" | "volumeMounts">;
  readonly env?: readonly EnvVar[] | undefined;
  /** Capabilities that it needs. */
  readonly capabilities?: readonly string[] | undefined;
  readonly claims?: readonly PodClaim[] | undefined;
  readonly volumes?: PodSettings["volumes"];
  readonly volumeMounts?: readonly VolumeMount[] | undefined;
}

type Pods = Pick<Component, "container" | "pod" | "podMetadata" | "sharedMemory">;

/** The pods of a component. What its settings say counts. */
export function podsOf(settings: PodSettingsConfig, planned: Planned): Pods {
  const { resources, sharedMemory, podSecurityContext, hostIPC, hostNetwork, annotations, labels } = settings;
  const { imagePullPolicy, startupProbe, readinessProbe, livenessProbe, terminationGracePeriodSeconds } =
    settings;
  const env = overridden(planned.env ?? [], settings.env);
  const { certificates } = planned.context;
  const mounts = [
    ...(planned.volumeMounts ?? []),
    ...certificates.map(({ volumeMount }) => volumeMount),
    ...settings.volumes.map(mountOf),
  ];
  const volumes = [
    ...(planned.volumes ?? []),
    ...certificates.map(({ volume }) => volume),
    ...volumesOf(settings.volumes),
  ];
  const securityContext = securityContextOf(settings, planned.capabilities);
  const { claims = [] } = planned;
  const { deployment, pullSecrets, assignsIds } = planned.context;
  // Else the operator names a group for the volumes, which OpenShift refuses.
  const securityOfPod = podSecurityContext ?? (assignsIds ? ofCluster : undefined);
  const { workingDir } = settings;
  const envFrom = settings.envFrom.map(
    ({ secret, configMap = "" }): EnvFrom =>
      secret === undefined ? { configMapRef: { name: configMap } } : { secretRef: { name: secret } },
  );
  const probes = { startupProbe, readinessProbe, livenessProbe };
  return {
    sharedMemory,
    podMetadata:
      annotations || labels ? { ...(annotations && { annotations }), ...(labels && { labels }) } : undefined,
    container: {
      ...planned.container,
      ...(imagePullPolicy && { imagePullPolicy }),
      ...(Object.fromEntries(Object.entries(probes).filter(([, one]) => one)) as Record<string, Probe>),
      ...(workingDir !== undefined && { workingDir }),
      ...(env.length > 0 && { env }),
      ...(envFrom.length > 0 && { envFrom }),
      ...(mounts.length > 0 && { volumeMounts: mounts }),
      ...(securityContext && { securityContext }),
      ...(claims.length > 0 && { claims: claims.map(({ name }) => ({ name })) }),
      ...(resources && { resources: resourcesOf(resources) }),
    },
    pod: {
      ...(volumes.length > 0 && { volumes }),
      ...(claims.length > 0 && { resourceClaims: claims }),
      ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
      ...(securityOfPod && { securityContext: securityOfPod }),
      ...(hostIPC && { hostIPC }),
      ...(hostNetwork && { hostNetwork, dnsPolicy: "ClusterFirstWithHostNet" as const }), // else Services have no names
      ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }),
      ...placed(settings.placement, deployment, planned.component),
    },
  };
}

const resourcesOf = ({ requests, limits }: ResourcesConfig): Container["resources"] => ({
  ...(requests && { requests: amountsOf(requests) }),
  ...(limits && { limits: amountsOf(limits) }),
});

function amountsOf({ ephemeralStorage, ...amounts }: NonNullable<ResourcesConfig["limits"]>) {
  return { ...amounts, ...(ephemeralStorage !== undefined && { "ephemeral-storage": ephemeralStorage }) };
}

/** A security context that names no user and no group. */
const ofCluster = { seccompProfile: { type: "RuntimeDefault" } };

/** Capabilities of the settings and of the plan together. */
function securityContextOf(
  { securityContext: own }: PodSettingsConfig,
  needed: readonly string[] = [],
): Container["securityContext"] {
  const add = [...new Set([...needed, ...(own?.capabilities?.add ?? [])])];
  if (add.length === 0) return own;
  return { ...own, capabilities: { ...own?.capabilities, add } };
}

function mountOf({ name, mountPath, subPath, readOnly }: VolumeConfig): VolumeMount {
  return { name, mountPath, ...(subPath !== undefined && { subPath }), ...(readOnly && { readOnly }) };
}

/** Several items may mount one volume. */
function volumesOf(config: readonly VolumeConfig[]) {
  return [...new Map(config.map((one) => [one.name, { name: one.name, ...sourceOf(one) }])).values()];
}

/** The source of a volume, in Kubernetes' fields. */
export function sourceOf({
  claim,
  configMap,
  secret,
  emptyDir,
  hostPath,
  items,
  defaultMode,
}: VolumeConfig): object {
  const files = {
    ...(items && { items }),
    ...(defaultMode !== undefined && { defaultMode: Number.parseInt(defaultMode, 8) }),
  };
  if (claim !== undefined) return { persistentVolumeClaim: { claimName: claim } };
  if (configMap !== undefined) return { configMap: { name: configMap, ...files } };
  if (secret !== undefined) return { secret: { secretName: secret, ...files } };
  if (hostPath !== undefined) return { hostPath: { path: hostPath } };
  return { emptyDir: { ...emptyDir } };
}
