/** The settings of a stack that all its graphs share: runtime, API version, orchestrator, namespace. */

import { releases } from "../../config/runtime/releases";
import { discoveryAnnotation } from "../../config/runtime/runtime";
import { refusedVersion, releaseLineOf } from "../../config/runtime/versions";
import { stackConfig } from "../../config/schema";
import { at, list, type Manifest, text } from "../../gpus/manifest";
import { partsOf } from "../../gpus/parts";
import { UserError } from "../cli/userError";
import type { Settings } from "./settings";

/** What graphs share, as settings and as what follows from them. */
export interface Platform {
  readonly settings: Settings;
  readonly version: string;
  readonly registry: string;
  /** What was assumed. */
  readonly notes: readonly string[];
}

/**
 * Reads what graphs share.
 * @param given version of the runtime. Default: by the images' tags
 * @throws UserError where they don't share it, or no stack can have it
 */
export function platformOf(graphs: readonly Manifest[], given?: string): Platform {
  const { runtime } = stackConfig.parse({});
  const tags = graphs
    .flatMap(({ spec }) => partsOf(spec))
    .flatMap(({ key, value }) => (key === "image" ? tagOf(text(value)) : []));
  const said = [...new Set(tags.flatMap(versionIn))];
  const lines = new Set(said.map(releaseLineOf));
  const versions = graphs.map(({ apiVersion }) => text(apiVersion).replace("nvidia.com/", ""));
  const hasOldPlanner = graphs.some(({ spec }) => /\bplanner_sla\b/.test(JSON.stringify(spec)));
  const version = given ?? said[0] ?? assumedVersion(runtime.version, versions, hasOldPlanner);
  const notes =
    given === undefined && said.length === 0
      ? [`no image's tag says a release: ${version} is assumed; --runtime says another`]
      : [];
  if (given === undefined && lines.size > 1)
    throw new UserError(
      `the images are of runtimes ${[...lines].join(" and ")}, and a stack has one: import the graphs apart, or write --runtime`,
    );
  const known = knownVersion(version);
  const release = releases.get(releaseLineOf(known));
  const needsNew =
    versions.includes("v1beta1") || (release?.needsVersionOverride && tags.some((tag) => tag !== known));
  const apiVersion = needsNew ? "v1beta1" : "v1alpha1";
  const namespaces = [...new Set(graphs.map((graph) => text(at(graph, "metadata", "namespace"))))];
  if (namespaces.length > 1)
    throw new UserError(
      `the graphs are of namespaces ${namespaces.join(", ")}, and a stack has one: import them apart`,
    );
  const pullSecrets = [
    ...new Set(
      graphs
        .flatMap(({ spec }) => partsOf(spec))
        .flatMap(({ key, value }) => (key === "imagePullSecrets" ? list(value) : []))
        .map((secret) => text(at(secret, "name"))),
    ),
  ];
  const isMultinode = graphs.some((graph) =>
    partsOf(graph.spec).some(({ key, value }) => key === "multinode" && value),
  );
  const isWithoutGrove = graphs.some(
    (graph) => at(graph, "metadata", "annotations", "nvidia.com/enable-grove") === "false",
  );
  const isWithEtcd = graphs.some(
    (graph) => at(graph, "metadata", "annotations", discoveryAnnotation) === "etcd",
  );
  const isByNats = graphs.some(({ spec }) => asksForNats.test(JSON.stringify(spec)));
  if (isByNats)
    notes.push("requests go by NATS, which the stack runs itself, with etcd for discovery: mode nats-etcd");
  const [namespace] = namespaces;
  return {
    version: known,
    registry: runtime.registry,
    notes,
    settings: {
      ...((release?.kubernetesDiscovery === false || isWithEtcd || isByNats) && {
        discovery: { mode: "nats-etcd", ...(isByNats && { requestPlane: "nats" }) },
      }),
      runtime: { version: known },
      platform: {
        ...(release?.apiVersions.includes(apiVersion) && { apiVersion }),
        ...(isMultinode && { orchestrator: isWithoutGrove ? "leaderworkerset" : "grove" }),
      },
      ...(pullSecrets.length > 0 && { images: { pullSecrets } }),
      ...(namespace && namespace !== "dynamo" && { namespace: { name: namespace } }),
    },
  };
}

/** Requests by NATS, as an argument or as env. */
const asksForNats = /--request-plane(=|",\s*"|\s+)nats|"DYN_REQUEST_PLANE",\s*"value":\s*"nats"/;

/** The default version, or the newest that serves the graphs' API and has their planner. */
function assumedVersion(initial: string, apiVersions: readonly string[], hasOldPlanner: boolean): string {
  const serves = (line: string) => {
    const release = releases.get(line);
    return (
      apiVersions.every((version) => (release?.apiVersions as readonly string[])?.includes(version)) &&
      (!hasOldPlanner || release?.plannerSettings === "flags")
    );
  };
  if (serves(releaseLineOf(initial))) return initial;
  return [...releases.values()].findLast(({ releaseLine }) => serves(releaseLine))?.newest ?? initial;
}

/** An image's tag; none where it has a digest. */
function tagOf(image: string): string[] {
  const [, tag] = /:([^:/@]+)$/.exec(image) ?? [];
  return tag === undefined ? [] : [tag];
}

/** The release that a tag begins with. */
const versionIn = (tag: string) => /^v?(\d+\.\d+\.\d+(\.post\d+)?)/.exec(tag)?.[1] ?? [];

/** The version, or the newest of its line that is known. */
function knownVersion(version: string): string {
  const refused = refusedVersion(version);
  if (refused === undefined) return version;
  const newest = releases.get(releaseLineOf(version))?.newest;
  if (newest === undefined) throw new UserError(`runtime ${refused}, or write --runtime`);
  return newest;
}
