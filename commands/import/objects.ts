/** The objects of the files that are imported: graphs, and what is beside them. */

import { hasSecret, isSecret } from "../../config/secretTexts";
import { at, list, type Manifest, nameOf, record, text } from "../../gpus/manifest";
import { partsOf } from "../../gpus/parts";
import { readObjects } from "../check/readObjects";
import { UserError } from "../cli/userError";

export interface Objects {
  readonly graphs: readonly Manifest[];
  readonly beside: readonly Manifest[];
  /** Env whose values are secret, which now come from a Secret that is to be made: `HF_TOKEN of Secret chat-env`. */
  readonly secrets: readonly string[];
}

/**
 * Reads files, folders, or standard input: documents, and lists of `kubectl get`.
 * @throws UserError where there is no graph, or one that can't be imported as it is
 */
export function objectsOf(paths: readonly string[]): Objects {
  const objects = readObjects(paths).flatMap(({ inputs }) => itemsOf(inputs));
  const graphs = objects.filter((object) => object.kind === "DynamoGraphDeployment");
  if (graphs.length === 0)
    throw new UserError(
      `${paths.join(", ")}: there is no DynamoGraphDeployment, only ${kindsOf(objects)}: name a file that has one`,
    );
  for (const graph of graphs) refuseUnfinished(graph);
  const secrets: string[] = [];
  return {
    graphs: graphs.map((graph) => withoutSecrets(graph, secrets)),
    beside: objects.filter((object) => object.kind !== "DynamoGraphDeployment"),
    secrets,
  };
}

const itemsOf = (object: Manifest): Manifest[] =>
  text(object.kind).endsWith("List") ? list(object.items).map(record).flatMap(itemsOf) : [object];

const kindsOf = (objects: readonly Manifest[]) =>
  [...new Set(objects.map(({ kind }) => text(kind)))].join(", ") || "empty lists";

/** A graph with variables that a shell is to fill in, or a part of one, which kustomize lays over another. */
function refuseUnfinished(graph: Manifest): void {
  const name = nameOf(graph);
  const spec = record(graph.spec);
  const components = [...Object.values(record(spec.services)), ...list(spec.components)].map(record);
  if (text(at(graph, "metadata", "name")) === "")
    throw new UserError(`${name} has no name: write one, or give what kustomize build makes of it`);
  const parts = partsOf(spec);
  const isImage = ({ key }: { readonly key: string }) => key === "image";
  if (components.length === 0 || parts.some(({ key }) => key === "$patch") || !parts.some(isImage))
    throw new UserError(
      `${name} is no whole graph, as it has no images: give what kustomize build makes of it`,
    );
  const open = [...partsOf({ metadata: graph.metadata }), ...parts].find(
    ({ key, value, path }) =>
      typeof value === "string" &&
      /^[^$<]*(\$\{?[A-Z]\w*\}?|<[A-Za-z][\w-]*>)/.test(value) &&
      !/\.(args|command)\.\d+$/.test(path) &&
      key !== "value",
  );
  if (open !== undefined)
    throw new UserError(
      `${name} has ${JSON.stringify(open.value)} at ${open.path}: fill the variable in first, as envsubst does`,
    );
}

/**
 * A graph whose env has no secret values.
 * @param secrets to which those are added that a Secret is to have
 * @throws UserError where a secret is in a command, which can't be taken out
 */
export function withoutSecrets(graph: Manifest, secrets: string[]): Manifest {
  const copy = JSON.parse(JSON.stringify(graph)) as Manifest;
  const secret = `${text(at(graph, "metadata", "name"))}-env`;
  for (const { key, owner, value } of partsOf(copy)) {
    const name = text(at(owner, "name"));
    if (key === "value" && typeof value === "string" && isSecret(name, value)) {
      const variable = owner as Record<string, unknown>;
      delete variable.value;
      variable.valueFrom = { secretKeyRef: { name: secret, key: name } };
      secrets.push(`${name} of Secret ${secret}`);
    } else if (/^(args|command)$/.test(key) && hasSecret(list(value).join(" ")))
      throw new UserError(
        `${nameOf(graph)} has a secret in a command: put it into a Secret, and revoke this one`,
      );
  }
  return copy;
}
