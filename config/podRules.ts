/** Rules on the pods of a graph's components: images, and what is mounted where. */
import { type GraphConfig, isPath } from "./graph";
import { isPinned } from "./image";
import { defaultMountPath } from "./modelCache";
import { type PodConfig, podsOf } from "./pools";
import type { IsSound, ReportMistake } from "./report";
import type { Runtime } from "./runtime/runtime";
import { isPlainVersion } from "./runtime/versions";
import type { VolumeConfig } from "./volumes";

/** Names that the program and the operator give volumes. */
const takenNames = [
  "model-cache",
  "planner-profile",
  "shared-memory",
  "engine-config",
  "dynamo-tls",
  "nats-tls",
];

/** Checks the pods of a graph. */
export function checkPods(
  runtime: Runtime,
  graph: GraphConfig,
  isSound: IsSound,
  report: ReportMistake,
): void {
  const pods = podsOf(graph).filter(({ key }) => isSound(key));
  if (isSound("image") && isSound("imageTag")) checkImages(runtime, graph, pods, report);
  if (!isSound("model") || !isSound("modelCache")) return;
  for (const { key, settings } of pods)
    checkVolumes(settings.volumes, mountsOf(graph, key, isSound), (path, message) =>
      report([key, "volumes", ...path], message),
    );
}

/** Directories that the program mounts itself, and the setting that says so. */
function mountsOf(
  { model, modelCache }: GraphConfig,
  key: PodConfig["key"],
  isSound: IsSound,
): ReadonlyMap<string, string> {
  const isMounted = key !== "planner" && (key !== "frontend" || (isSound("model") && isPath(model)));
  const cache =
    modelCache && isSound("modelCache") && isMounted ? [modelCache.mountPath ?? defaultMountPath] : [];
  return new Map([["/dev/shm", "sharedMemory"], ...cache.map((path) => [path, "modelCache"] as const)]);
}

function checkVolumes(
  volumes: readonly VolumeConfig[],
  taken: ReadonlyMap<string, string>,
  report: ReportMistake,
): void {
  const sources = new Map<string, string>();
  const paths = new Set<string>();
  for (const [i, { name, mountPath, subPath: _, readOnly: __, ...source }] of volumes.entries()) {
    const setting = taken.get(mountPath);
    const same = sources.get(name);
    if (takenNames.includes(name))
      report([i, "name"], `"${name}" is a volume of the program's or the operator's: write another name`);
    else if (same !== undefined && same !== JSON.stringify(source))
      report([i, "name"], `"${name}" is there with another source: write one source, or another name`);
    if (setting !== undefined)
      report([i, "mountPath"], `${mountPath} is mounted already: remove it, and use ${setting}`);
    else if (paths.has(mountPath))
      report([i, "mountPath"], `${mountPath} is mounted twice: write another path`);
    sources.set(name, JSON.stringify(source));
    paths.add(mountPath);
  }
}

/** Operators that go by the tag of an image need one that tells its release, or a field that v1alpha1 lacks. */
function checkImages(
  runtime: Runtime,
  { image, imageTag }: GraphConfig,
  pods: readonly PodConfig[],
  report: ReportMistake,
): void {
  if (imageTag !== undefined && image !== undefined && isPinned(image))
    report(["imageTag"], "is of an image without a tag or digest, and `image` has one: remove one of them");
  if (!runtime.needsVersionOverride || runtime.apiVersion !== "v1alpha1") return;
  const own = pods.map(({ key, settings }) => [[key, "image"], settings.image] as const);
  for (const [path, written] of [[["image"], image] as const, ...own])
    if (
      written !== undefined &&
      isPinned(written) &&
      !isPlainVersion(written.slice(written.lastIndexOf(":") + 1))
    )
      report(path, untold(written));
  if (imageTag !== undefined && !isPlainVersion(imageTag)) report(["imageTag"], untold(imageTag));
}

const untold = (written: string) =>
  `"${written}" does not tell the operator its release, and v1alpha1 has no field for it: write dynamo:platform.apiVersion: v1beta1`;
