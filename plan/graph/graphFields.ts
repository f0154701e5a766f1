/** The fields of a graph that operators refuse to change, in either version of its API. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";

/** The fields of a graph that rules on its updates read. */
export interface GraphFields {
  readonly backend?: string;
  readonly components: Readonly<Record<string, ComponentFields>>;
  /** The graph as it was written, for rules on fields that the program does not write. */
  readonly manifest?: unknown;
}

export interface ComponentFields {
  /** As `frontend`, `worker`, `prefill`, in both versions of the API. */
  readonly type: string;
  readonly nodes: number;
  readonly replicas?: number;
  /** Its `scalingAdapter`; undefined where it has none. */
  readonly scalingAdapter?: unknown;
  /** The component as it was written. */
  readonly manifest?: unknown;
}

/** Reads a DynamoGraphDeployment in either version of its API. */
export function fieldsOf(manifest: unknown): GraphFields {
  const spec = at(manifest, "spec");
  const components = list(at(spec, "components")).map((one) => [text(at(one, "name")), one] as const);
  return {
    backend: text(at(spec, "backendFramework")),
    components: Object.fromEntries(
      [...Object.entries(record(at(spec, "services"))), ...components].map(([name, one]) => [
        name,
        componentFields(record(one)),
      ]),
    ),
    manifest,
  };
}

function componentFields(manifest: Manifest): ComponentFields {
  const { componentType, subComponentType, type, multinode, replicas, scalingAdapter } = manifest;
  return {
    type: text(subComponentType || componentType || type),
    nodes: multinode ? Number(at(multinode, "nodeCount") ?? 2) : 1,
    ...(typeof replicas === "number" && { replicas }),
    ...(scalingAdapter !== undefined && { scalingAdapter }),
    manifest,
  };
}
