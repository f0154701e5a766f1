/** Objects that a plan names and does not make: without them pods wait, and say so only in their events. */
import { own } from "../config/own";
import { groupKindOf } from "../gpus/kinds";
import { at, nameOf, record, text } from "../gpus/manifest";
import { namespaceOf } from "../gpus/references";
import type { Needs } from "./needs";

export interface NamedObject {
  readonly kind: "Secret" | "ConfigMap" | "PersistentVolumeClaim";
  readonly namespace: string;
  readonly name: string;
  /** Objects that name it: "DynamoGraphDeployment dynamo/chat". */
  readonly by: readonly string[];
}

/** Fields of pods, and of Dynamo's components, that name an object, and where in them its name is. */
const fields: Readonly<Record<string, readonly [NamedObject["kind"], ...path: string[]]>> = {
  secretKeyRef: ["Secret", "name"],
  secretRef: ["Secret", "name"],
  envFromSecret: ["Secret"],
  imagePullSecrets: ["Secret", "name"],
  configMapKeyRef: ["ConfigMap", "name"],
  configMapRef: ["ConfigMap", "name"],
  configMap: ["ConfigMap", "name"],
  persistentVolumeClaim: ["PersistentVolumeClaim", "claimName"],
};

/** The objects that a plan names and does not make, each once. */
export function namedObjects({ objects }: Pick<Needs, "objects">): NamedObject[] {
  const made = new Set(objects.flatMap((object) => [nameOf(object), ...secretMadeFor(object)]));
  const found = new Map<string, NamedObject>();
  for (const object of objects) {
    const namespace = namespaceOf(object);
    for (const [kind, name] of namesIn(object)) {
      const key = namedKey({ kind, namespace, name });
      const by = new Set([...(found.get(key)?.by ?? []), nameOf(object)]);
      if (!made.has(key)) found.set(key, { kind, namespace, name, by: [...by] });
    }
  }
  return [...found.values()];
}

/** Name of such an object in messages and snapshots: "Secret dynamo/hf-token-secret". */
export function namedKey({ kind, namespace, name }: Omit<NamedObject, "by">): string {
  return `${kind} ${namespace}/${name}`;
}

/** Such an object as a requirement: "Secret dynamo/hf-token-secret, which DynamoGraphDeployment dynamo/chat names". */
export function describeNamed(object: NamedObject): string {
  const { by } = object;
  return `${namedKey(object)}, which ${by.join(", ")} ${by.length === 1 ? "names" : "name"}`;
}

/** A Certificate has cert-manager make its Secret. */
function secretMadeFor(object: unknown): string[] {
  const name = text(at(object, "spec", "secretName"));
  return groupKindOf(object) === "cert-manager.io/Certificate"
    ? [namedKey({ kind: "Secret", namespace: namespaceOf(object), name })]
    : [];
}

function* namesIn(value: unknown): Generator<readonly [NamedObject["kind"], string]> {
  if (Array.isArray(value)) for (const item of value) yield* namesIn(item);
  else
    for (const [key, field] of Object.entries(record(value))) {
      yield* namesIn(field);
      if (at(field, "optional") === true) continue;
      const place = own(fields, key) ?? secretVolume(key, field);
      const [kind, ...path] = place ?? [];
      if (kind === undefined) continue;
      for (const one of Array.isArray(field) ? field : [field]) {
        const name = text(at(one, ...path));
        if (name !== "") yield [kind, name];
      }
    }
}

/** A volume of a Secret names it in another field than a part of a projected one. */
function secretVolume(key: string, field: unknown): readonly [NamedObject["kind"], string] | undefined {
  if (key !== "secret") return undefined;
  return ["Secret", text(at(field, "secretName")) === "" ? "name" : "secretName"];
}
