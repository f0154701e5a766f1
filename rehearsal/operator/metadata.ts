import {
  annotations,
  type ComponentSpec,
  componentTypeOf,
  discoversByKubernetes,
  dynamoNamespace,
  type GraphResource,
  hasPicker,
  inherited,
  isWorker,
  labels,
  type OperatorRelease,
  type StringMap,
  workerHash,
} from "./graphResource";

/**
 * Labels and annotations of a component's objects and pods; `noted` are the annotations that the operator heeds.
 * @param selector label of its pods by which what has made them knows them
 * @param isHashed whether 1.4 names the generation of a worker, which it does not for Grove
 */
export function metadataOf(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  { release, selector, isHashed = true }: { release: OperatorRelease; selector: string; isHashed?: boolean },
) {
  const { noted, objects, pods } = basicMetadata(graph, name, component, release, isHashed);
  const isFound = release === "1.4" && discoversByKubernetes(noted);
  return {
    noted,
    objects,
    pods: {
      annotations: pods.annotations,
      labels: {
        ...pods.labels,
        [labels.type]: componentTypeOf(component, release),
        [labels.selector]: selector,
        ...(noted[annotations.metrics] !== "false" && { [labels.metrics]: "true" }),
        ...(isFound && discoveryLabels(component, release)),
      } as StringMap,
    },
  };
}

/** Labels by which pods and Services that are discovered through Kubernetes are known. */
export const discoveryLabels = ({ componentType }: ComponentSpec, release: OperatorRelease): StringMap => ({
  [labels.discoveryBackend]: "kubernetes",
  ...((release === "1.4" || componentType !== "frontend") && { [labels.discoveryEnabled]: "true" }),
});

function basicMetadata(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  release: OperatorRelease,
  isHashed: boolean,
) {
  const { extraPodMetadata: extra, subComponentType } = component;
  const own: StringMap = {
    [labels.component]: name,
    [labels.graph]: graph.metadata.name,
    [labels.namespace]: dynamoNamespace(graph, component),
  };
  const sub: StringMap = subComponentType ? { [labels.subType]: subComponentType } : {};
  if (release === "0.8") {
    const noted: StringMap = { ...component.annotations, ...inherited(graph) };
    const objects = { labels: own, annotations: { ...noted, ...extra?.annotations } };
    return {
      noted,
      objects,
      pods: { labels: { ...extra?.labels, ...own, ...sub }, annotations: extra?.annotations },
    };
  }
  const { labels: graphLabels, annotations: graphAnnotations } = graph.spec;
  const hash: StringMap = isHashed && isWorker(component) ? { [labels.workerHash]: workerHash(graph) } : {};
  const picked: StringMap = hasPicker(graph) && isWorker(component) ? { [labels.class]: "worker" } : {};
  const objects = {
    labels: { ...graphLabels, ...component.labels, ...extra?.labels, ...own, ...sub, ...hash, ...picked },
    annotations: {
      ...graphAnnotations,
      ...inherited(graph),
      ...component.annotations,
      ...extra?.annotations,
    },
  };
  return { noted: objects.annotations, objects, pods: objects };
}
