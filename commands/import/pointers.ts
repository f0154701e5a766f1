/** Where the parts of a component are in a manifest, in either version of the API. */
import { pointerTo } from "../../config/patch";
import { at, list } from "../../gpus/manifest";

/** Where a component's parts are in a manifest, as JSON pointers. */
export interface Pointers {
  readonly component: string;
  readonly container: string;
  readonly pod: string;
  /** Labels and annotations of its pods. */
  readonly metadata: string;
  readonly sharedMemory: {
    readonly path: string;
    readonly value: (size: string) => unknown;
    readonly none: unknown;
  };
}

/** The parts of a component in the manifest of its graph. */
export function pointersTo(name: string, manifest: unknown): Pointers {
  const index = list(at(manifest, "spec", "components")).findIndex((part) => at(part, "name") === name);
  if (index >= 0) {
    const component = `/spec/components/${index}`;
    return {
      component,
      container: `${component}/podTemplate/spec/containers/0`,
      pod: `${component}/podTemplate/spec`,
      metadata: `${component}/podTemplate/metadata`,
      sharedMemory: { path: `${component}/sharedMemorySize`, value: (size) => size, none: "0" },
    };
  }
  const component = pointerTo("spec", "services", name);
  return {
    component,
    container: `${component}/extraPodSpec/mainContainer`,
    pod: `${component}/extraPodSpec`,
    metadata: `${component}/extraPodMetadata`,
    sharedMemory: {
      path: `${component}/sharedMemory`,
      value: (size) => ({ size }),
      none: { disabled: true },
    },
  };
}
