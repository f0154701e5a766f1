/** The env of a container, as a kubelet resolves it. */
import type { V1Container, V1EnvFromSource, V1EnvVar } from "@kubernetes/client-node";
import { found, type VolumeSource } from "./volumes";

/**
 * @throws Error for a ConfigMap or Secret that the source lacks and that is not optional, and for a field of the pod
 *   that has no counterpart on this machine
 */
export function containerEnv({ env = [], envFrom = [] }: V1Container, source: VolumeSource) {
  const values = new Map(envFrom.flatMap((from) => valuesFrom(from, source)));
  for (const variable of env) {
    const value = variable.valueFrom ? referredValue(variable, source) : expand(variable.value ?? "", values);
    if (value !== undefined) values.set(variable.name, value);
  }
  return values;
}

function valuesFrom(from: V1EnvFromSource, { secrets, configMaps }: VolumeSource): [string, string][] {
  const { secretRef, configMapRef, prefix = "" } = from;
  const reference = secretRef ?? configMapRef;
  const texts = secretRef ? secrets : configMaps;
  if (reference?.optional && !texts?.[reference.name ?? ""]) return [];
  return Object.entries(found(texts, reference?.name)).map(([key, text]) => [`${prefix}${key}`, text]);
}

function referredValue({ name, valueFrom }: V1EnvVar, source: VolumeSource): string | undefined {
  const { fieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (fieldRef) {
    const [, field] = /^metadata\.(name|namespace|uid)$/.exec(fieldRef.fieldPath) ?? [];
    if (field) return found(source.pod.metadata as Record<string, string>, field);
    const [, label] = /^metadata\.labels\['([^']+)'\]$/.exec(fieldRef.fieldPath) ?? [];
    if (label) return found(source.pod.metadata?.labels, label);
    if (fieldRef.fieldPath === "status.podIP") return source.pod.status?.podIP;
  }
  const reference = secretKeyRef ?? configMapKeyRef;
  if (!reference) throw new Error(`the source of ${name} has no counterpart on this machine`);
  const texts = secretKeyRef ? source.secrets : source.configMaps;
  if (reference.optional && !texts?.[reference.name ?? ""]?.[reference.key]) return undefined;
  return found(found(texts, reference.name), reference.key);
}

/** https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
export function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]+)\))/g, (match, name) =>
    match === "$$" ? "$" : (env.get(name) ?? match),
  );
}
