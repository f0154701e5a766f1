/** What changes in place between manifests as they are and as they are to be: the model of a graph, and its runtime's release line. */
import { isDeepStrictEqual } from "node:util";
import { tagOf } from "../../config/image";
import { releaseLines } from "../../config/runtime/release";
import { releaseLineOf } from "../../config/runtime/versions";
import { argumentOf, enginesIn, modelFlags } from "../../gpus/engineArgs";
import { at, type Manifest, nameOf, text } from "../../gpus/manifest";
import type { ChangeInPlace } from "../../plan/changesInPlace";
import { type ClusterObject, clusterObjects } from "../../policies/clusterObject";
import { envReader, podContainersOf } from "../../policies/containers";
import type { PlannedResource } from "../preview/dryRun";

interface Found {
  readonly changes: readonly ChangeInPlace[];
  /** What differs and can't be judged, in words. */
  readonly unknown: readonly string[];
}

/** Graphs are the same where kind, namespace and name are. */
export function changesBetween(before: readonly PlannedResource[], after: readonly PlannedResource[]): Found {
  const old = new Map(graphsIn(before).map(({ manifest }) => [nameOf(manifest), manifest]));
  const found = graphsIn(after).flatMap(({ manifest }) => {
    const was = old.get(nameOf(manifest));
    return was === undefined ? [] : [changesOf(was, manifest)];
  });
  return {
    changes: found.flatMap(({ changes }) => changes),
    unknown: found.flatMap(({ unknown }) => unknown),
  };
}

const graphsIn = (resources: readonly PlannedResource[]): ClusterObject[] =>
  resources
    .flatMap(({ type, urn, inputs }) => clusterObjects({ type, urn, props: inputs }))
    .filter(({ manifest }) => manifest.kind === "DynamoGraphDeployment");

function changesOf(was: Manifest, is: Manifest): Found {
  const object = nameOf(is);
  const graph = text(at(is, "metadata", "name"));
  const both = [
    { what: "model", before: modelsOf(was), after: modelsOf(is), kind: (model: string) => model },
    { what: "runtime", before: releasesOf(was), after: releasesOf(is), kind: releaseLineOf },
  ] as const;
  const changes: ChangeInPlace[] = [];
  const unknown: string[] = [];
  for (const { what, before, after, kind } of both) {
    if (isDeepStrictEqual(before.written, after.written)) continue;
    const kinds = ({ known }: Told) => [...new Set(known.map(kind))].sort();
    const [from, to] = [before.known, after.known].map((known) => known.join(", "));
    if (before.isWhole && after.isWhole) {
      if (!isDeepStrictEqual(kinds(before), kinds(after)))
        changes.push({ graph, object, what, from: from ?? "", to: to ?? "" });
    } else
      unknown.push(
        `${object}: ${what === "model" ? "the model" : "the runtime's release"} is not known before or after, and what starts it differs`,
      );
  }
  return { changes, unknown };
}

/** What the containers of a graph tell, in order and each once. */
interface Told {
  readonly known: readonly string[];
  /** Whether all of them tell it. */
  readonly isWhole: boolean;
  /** What they are told by. */
  readonly written: readonly string[];
}

function told(written: readonly string[], read: (text: string) => string | undefined): Told {
  const values = written.map(read);
  const known = values.filter((value) => value !== undefined);
  return { known: [...new Set(known)].sort(), isWhole: known.length === values.length, written };
}

/** Models of the engines. A variable that nothing in the manifest gives a value tells none. */
export function modelsOf(manifest: Manifest): Told {
  const engines = podContainersOf(manifest).flatMap(({ component, container }) => {
    const envOf = envReader(manifest, component);
    return enginesIn(container, (variable) => envOf(container, variable));
  });
  return told(
    engines.map(({ args }) => argumentOf(args, modelFlags) ?? ""),
    (model) => (model === "" || model.includes("$") ? undefined : model),
  );
}

/** Releases of the images of Dynamo's containers, by their tags. */
function releasesOf(manifest: Manifest): Told {
  const images = podContainersOf(manifest)
    .filter(({ container }) => at(container, "name") === "main")
    .map(({ container }) => text(at(container, "image")));
  return told(images, (image) => {
    const version = /^v?(\d+\.\d+\.\d+)(?![\d.])/.exec(tagOf(image) ?? "")?.[1];
    const isKnown = releaseLines.some((line) => version !== undefined && line === releaseLineOf(version));
    return isKnown ? version : undefined;
  });
}
