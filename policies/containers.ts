/** The containers that an object of the cluster leads to. */
import { type Workload, workloadsOf } from "../plan/gpus/workloads";
import { at, list, type Manifest, notKnown, record, text } from "../plan/manifest";

export interface PodContainer {
  readonly workload: Workload;
  /** For messages: `container main of Worker`. */
  readonly name: string;
  readonly container: unknown;
}

const fields = ["initContainers", "containers", "ephemeralContainers"];

export function containersOf(manifest: Manifest): PodContainer[] {
  return workloadsOf(manifest).workloads.flatMap((workload) =>
    fields.flatMap((field) =>
      list(at(workload.pod, field)).map((container) => ({
        workload,
        name: `container ${text(at(container, "name"))} of ${workload.component}`,
        container,
      })),
    ),
  );
}

export interface PlainEnv {
  /** For messages: `container main of Worker`. */
  readonly where: string;
  /** Undefined where all components of the graph get it. */
  readonly component: string | undefined;
  /** Empty where it is not known yet: then it may be any. */
  readonly name: string;
  /** Empty where it is not in plain text, or not known yet. */
  readonly value: string;
}

/** Env of containers, of a graph as a whole, and of its components. */
export function plainEnvOf(manifest: Manifest): PlainEnv[] {
  const variables = (where: string, component: string | undefined, env: unknown) =>
    (env === notKnown ? [notKnown] : list(env)).map((variable) => ({
      where,
      component,
      name: text(at(variable, "name")),
      value: text(at(variable, "value")),
    }));
  const spec = at(manifest, "spec");
  return [
    ...containersOf(manifest).flatMap(({ name, workload, container }) =>
      variables(name, workload.component, at(container, "env")),
    ),
    ...variables("the graph", undefined, at(spec, "envs")), // v1alpha1
    ...variables("the graph", undefined, at(spec, "env")), // v1beta1
    ...Object.entries(record(at(spec, "services"))).flatMap(([name, service]) =>
      variables(name, name, at(service, "envs")),
    ),
  ];
}
