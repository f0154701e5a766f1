/** The volume of downloaded models, and the Job that fills it before anything needs them. */
import { type GraphConfig, isPath } from "../../config/graph";
import { defaultMountPath, type ModelCacheConfig } from "../../config/modelCache";
import type { NodesConfig } from "../../config/placement";
import { poolsOf } from "../../config/pools";
import { type EnvVar, envVars, overridden } from "../envVar";
import { restrictedPod } from "../servers/pods";
import type { GraphContext, PodSettings, VolumeMount } from "./model";

/** Name of the claim that a graph's cache makes. It stays the same in both modes. */
const modelCacheClaim = (graph: string) => `${graph}-model-cache`;

function modelCacheVolume(graph: string, { hostPath, pvc, claim }: ModelCacheConfig) {
  return {
    name: "model-cache",
    ...(hostPath !== undefined && { hostPath: { path: hostPath, type: "DirectoryOrCreate" } }),
    ...(pvc !== undefined && { persistentVolumeClaim: { claimName: modelCacheClaim(graph) } }),
    ...(claim !== undefined && { persistentVolumeClaim: { claimName: claim } }),
  };
}

/** A graph's cache as its pods mount it; all empty where it has none. */
export function cacheMount({ name, model, modelCache }: GraphConfig): {
  readonly volumes: NonNullable<PodSettings["volumes"]>;
  readonly volumeMounts: readonly VolumeMount[];
  readonly env: readonly EnvVar[];
} {
  if (modelCache === undefined) return { volumes: [], volumeMounts: [], env: [] };
  const { mountPath = defaultMountPath } = modelCache;
  const volume = modelCacheVolume(name, modelCache);
  const isFound = isPath(model) || mountPath === defaultMountPath; // else by its name, in the library's own folder
  return {
    volumes: [volume],
    volumeMounts: [{ name: volume.name, mountPath }],
    env: isFound ? [] : envVars({ HF_HOME: mountPath }),
  };
}

/** The claim of a graph's cache; undefined where it has none. */
export function modelCacheClaimOf({ name, modelCache }: GraphConfig, namespace: string) {
  const pvc = modelCache?.pvc; // a directory of the nodes needs no object
  return pvc === undefined
    ? undefined
    : {
        metadata: { name: modelCacheClaim(name), namespace },
        spec: {
          accessModes: [pvc.accessMode],
          ...(pvc.storageClass !== undefined && { storageClassName: pvc.storageClass }),
          resources: { requests: { storage: pvc.size } },
        },
      };
}

/** Uid of the images' user, which the workers that read the model run as. */
const imageUser = 1000;

/**
 * The nodes of the workers, for whom the model is: a volume that is made where its first pod runs is else in a zone that they can't
 * reach.
 */
function workersNodes(config: GraphConfig): NodesConfig {
  const { gpuProduct, nodeSelector, tolerations, affinity, priorityClass } =
    poolsOf(config)[0]?.placement ?? {};
  const labels = {
    ...nodeSelector,
    ...(gpuProduct !== undefined && { "nvidia.com/gpu.product": gpuProduct }),
  };
  return { nodeSelector: labels, tolerations, affinity, priorityClass };
}

/**
 * Ends well where the model is there already: what is in the cache is not downloaded again. Some models have their weights in
 * several forms, of which the engines load the safetensors.
 */
const script = `import json, os
from huggingface_hub import list_repo_files, snapshot_download

models, patterns = json.loads(os.environ["MODELS"]), json.loads(os.environ["PATTERNS"])

def copies(model):
    try:
        files = [file for file in list_repo_files(model) if "/" not in file]
    except Exception:
        return None
    weights = [file for file in files if file.endswith(".safetensors") and not file.startswith("consolidated")]
    return ["original/*", "consolidated*", "*.pth", "*.gguf"] if weights else None

for model in models:
    ignored = patterns["ignore_patterns"] if "ignore_patterns" in patterns else copies(model)
    snapshot_download(model, **{**patterns, "ignore_patterns": ignored})
`;

/** Files to download and to leave out, as `snapshot_download` takes them. */
function patternsOf({ allowPatterns, ignorePatterns }: NonNullable<ModelCacheConfig["pvc"]>) {
  return JSON.stringify({
    ...(allowPatterns && { allow_patterns: allowPatterns }),
    ...(ignorePatterns && { ignore_patterns: ignorePatterns }),
  });
}

/** The Job that downloads a graph's model into its claim; undefined where none does. */
export function downloadJob(config: GraphConfig, { namespace, ...around }: GraphContext, image: string) {
  const { name, model, modelCache, huggingFaceSecret } = config;
  if (!modelCache?.pvc?.download) return undefined;
  const { mountPath = defaultMountPath } = modelCache;
  const volume = modelCacheVolume(name, modelCache);
  return {
    metadata: { name: `${name}-model-download`, namespace },
    spec: {
      backoffLimit: 3,
      template: {
        spec: {
          restartPolicy: "Never",
          ...restrictedPod(around, workersNodes(config), imageUser),
          containers: [
            {
              name: "download",
              image,
              command: ["python3", "-c", script],
              env: overridden(
                envVars({
                  MODELS: JSON.stringify([model, ...(modelCache.pvc.moreModels ?? [])]),
                  PATTERNS: patternsOf(modelCache.pvc),
                  HF_HOME: mountPath,
                }),
                config.env,
              ), // proxies, HF_ENDPOINT
              ...(huggingFaceSecret !== undefined && {
                envFrom: [{ secretRef: { name: huggingFaceSecret } }],
              }),
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "4", memory: "8Gi" } },
              volumeMounts: [{ name: volume.name, mountPath }],
            },
          ],
          volumes: [volume],
        },
      },
    },
  };
}

export type DownloadJobPlan = NonNullable<ReturnType<typeof downloadJob>>;
export type ModelCacheClaimPlan = NonNullable<ReturnType<typeof modelCacheClaimOf>>;
