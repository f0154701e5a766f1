import { containerLists, containersOf as containersIn } from "../gpus/containers";
import { at, list, type Manifest, notKnown, record, text } from "../gpus/manifest";
import { partsOf } from "../gpus/parts";
import { workloadsOf } from "../gpus/workloads";

/** A pod that an object of the cluster leads to. */
export interface Pod {
  /** For messages: a graph's component, the object's own name, or the place of a pod in a kind that is not known. */
  readonly component: string;
  /** Its spec. */
  readonly pod: unknown;
}

/** Pods that are counted, and whatever else has containers: it is taken for a pod. */
export function podsOf(manifest: Manifest): Pod[] {
  const { workloads, elsewhere } = workloadsOf(manifest);
  const others = new Map<object, string>();
  for (const { key, value, owner, path } of partsOf(elsewhere))
    if (containerLists.includes(key) && Array.isArray(value))
      others.set(owner, path.replace(/\.?[^.]+$/, ""));
  return [...workloads, ...[...others].map(([pod, component]) => ({ component, pod }))];
}

interface PodContainer {
  readonly component: string;
  /** For messages: `container main of Worker`. */
  readonly name: string;
  readonly container: unknown;
}

/** The containers of all pods of an object. */
export function podContainersOf(manifest: Manifest): PodContainer[] {
  return podsOf(manifest).flatMap(({ component, pod }) =>
    containersIn(pod).map((container) => ({
      component,
      name: `container ${text(at(container, "name"))} of ${component}`,
      container,
    })),
  );
}

/** A variable of the environment. */
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
    ...podContainersOf(manifest).flatMap(({ name, component, container }) =>
      variables(name, component, at(container, "env")),
    ),
    ...variables("the graph", undefined, at(spec, "envs")), // v1alpha1
    ...variables("the graph", undefined, at(spec, "env")), // v1beta1
    ...Object.entries(record(at(spec, "services"))).flatMap(([name, service]) =>
      variables(name, name, at(service, "envs")),
    ),
  ];
}

/** Reads values of env that are written in a graph: of a container, its component, or the graph; undefined where there is none. */
export function envReader(
  manifest: Manifest,
  component: string,
): (container: unknown, variable: string) => string | undefined {
  const env = plainEnvOf(manifest);
  return (container, variable) => {
    const places = [`container ${text(at(container, "name"))} of ${component}`, component, "the graph"];
    return env.find(({ name, where }) => name === variable && places.includes(where))?.value || undefined;
  };
}
