/** The containers that an object of the cluster leads to. */
import { type Workload, workloadsOf } from "../plan/gpus/workloads";
import { at, list, type Manifest, record, text } from "../plan/manifest";

export interface PodContainer {
  readonly workload: Workload;
  /** For messages: `container main of Worker`. */
  readonly name: string;
  readonly container: unknown;
  readonly init: boolean;
}

const fields = ["initContainers", "containers", "ephemeralContainers"];

export function containersOf(manifest: Manifest): PodContainer[] {
  return workloadsOf(manifest).workloads.flatMap((workload) =>
    fields.flatMap((field) =>
      list(at(workload.pod, field)).map((container) => ({
        workload,
        name: `container ${text(at(container, "name"))} of ${workload.component}`,
        container,
        init: field === "initContainers",
      })),
    ),
  );
}

/** Command and arguments in one line. */
export function commandOf(container: unknown): string {
  return [...list(at(container, "command")), ...list(at(container, "args"))].map(String).join(" ");
}

export interface PlainEnv {
  /** For messages: `container main of Worker`. */
  readonly where: string;
  readonly name: string;
  readonly value: string;
}

/** Env with values in plain text: of containers, of a graph as a whole, and of its components. */
export function plainEnvOf(manifest: Manifest): PlainEnv[] {
  const variables = (where: string, env: unknown) =>
    list(env).map((variable) => ({
      where,
      name: text(at(variable, "name")),
      value: text(at(variable, "value")),
    }));
  const spec = at(manifest, "spec");
  return [
    ...containersOf(manifest).flatMap(({ name, container }) => variables(name, at(container, "env"))),
    ...variables("the graph", at(spec, "envs")), // v1alpha1
    ...variables("the graph", at(spec, "env")), // v1beta1
    ...Object.entries(record(at(spec, "services"))).flatMap(([name, service]) =>
      variables(name, at(service, "envs")),
    ),
  ];
}
