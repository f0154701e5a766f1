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
 * several forms, of which the engines load the safetensors. The libraries read what they trust when they are loaded, and take one file
 * in place of the image's own.
 */
const script = `import json, os

if "CA_CERTIFICATE" in os.environ:
    import certifi
    with open("/tmp/ca-certificates.pem", "w") as trusted:
        for file in [certifi.where(), os.environ["CA_CERTIFICATE"]]:
            trusted.write(open(file).read() + "\\n")
    for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]:
        os.environ[name] = trusted.name

from huggingface_hub import list_repo_files, snapshot_download

models, patterns = json.loads(os.environ["MODELS"]), json.loads(os.environ["PATTERNS"])

def copies(model, revision):
    try:
        files = [file for file in list_repo_files(model, revision=revision) if "/" not in file]
    except Exception:
        return None
    weights = [file for file in files if file.endswith(".safetensors") and not file.startswith("consolidated")]
    return ["original/*", "consolidated*", "*.pth", "*.gguf"] if weights else None

for model in models:
    revision = os.environ.get("REVISION") if model == models[0] else None
    ignored = patterns["ignore_patterns"] if "ignore_patterns" in patterns else copies(model, revision)
    snapshot_download(model, revision=revision, **{**patterns, "ignore_patterns": ignored})
`;

/** The certificate authority that the Job trusts, as a file; all empty where there is none. */
function trustOf({ caCertificate }: NonNullable<ModelCacheConfig["pvc"]>) {
  if (caCertificate === undefined) return { env: undefined, volumes: [], volumeMounts: [] };
  const { configMap, secret, key } = caCertificate;
  const [name, mountPath, items] = ["ca-certificate", "/etc/ca-certificate", [{ key, path: key }]];
  return {
    env: { CA_CERTIFICATE: `${mountPath}/${key}` },
    volumes: [
      {
        name,
        ...(secret === undefined
          ? { configMap: { name: configMap, items } }
          : { secret: { secretName: secret, items } }),
      },
    ],
    volumeMounts: [{ name, mountPath, readOnly: true }],
  };
}

/** Files to download and to leave out, as `snapshot_download` takes them. */
function patternsOf({ allowPatterns, ignorePatterns }: NonNullable<ModelCacheConfig["pvc"]>) {
  return JSON.stringify({
    ...(allowPatterns && { allow_patterns: allowPatterns }),
    ...(ignorePatterns && { ignore_patterns: ignorePatterns }),
  });
}

/** The Job that downloads a graph's model into its claim; undefined where none does. */
export function downloadJob(config: GraphConfig, { namespace, ...around }: GraphContext, image: string) {
  const { name, model, modelRevision, modelCache, huggingFaceSecret } = config;
  if (!modelCache?.pvc?.download) return undefined;
  const { mountPath = defaultMountPath } = modelCache;
  const volume = modelCacheVolume(name, modelCache);
  const trust = trustOf(modelCache.pvc);
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
                  ...(modelRevision !== undefined && { REVISION: modelRevision }),
                  ...trust.env,
                  HF_HOME: mountPath,
                }),
                config.env,
              ), // proxies, HF_ENDPOINT
              ...(huggingFaceSecret !== undefined && {
                envFrom: [{ secretRef: { name: huggingFaceSecret } }],
              }),
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "4", memory: "8Gi" } },
              volumeMounts: [{ name: volume.name, mountPath }, ...trust.volumeMounts],
            },
          ],
          volumes: [volume, ...trust.volumes],
        },
      },
    },
  };
}

export type DownloadJobPlan = NonNullable<ReturnType<typeof downloadJob>>;
export type ModelCacheClaimPlan = NonNullable<ReturnType<typeof modelCacheClaimOf>>;
