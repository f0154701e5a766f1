import type { EnvVarConfig } from "../config/container";

/** Env of a container. */
export type EnvVar =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: EnvSource };

type EnvSource =
  | { readonly secretKeyRef: KeyOf }
  | { readonly configMapKeyRef: KeyOf }
  | { readonly fieldRef: { readonly fieldPath: string } };

interface KeyOf {
  readonly name: string;
  readonly key: string;
}

/** Env of the plan and of the config, of which that of the config counts where both have a name. */
export function overridden(planned: readonly EnvVar[], own: readonly EnvVarConfig[]): EnvVar[] {
  const names = new Set(own.map(({ name }) => name));
  return [...planned.filter(({ name }) => !names.has(name)), ...(own as readonly EnvVar[])];
}

/** Env as a container has it. */
export function envVars(env: Readonly<Record<string, string>>): EnvVar[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

/** Env whose value only the pod sees. */
export function envFromSecret(name: string, secret: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
