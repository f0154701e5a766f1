import type { V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { childMetadata } from "../access";
import { type ComponentSpec, type GraphResource, nodesOf, type StringMap } from "../graphResource";
import { metadataOf } from "../metadata";
import { mainEdited, nodePodSpec, type OrchestratedOptions, ofPod } from "./nodePod";
import { grove, range, revisionOf } from "./place";

/** Pods of one template, in one of Grove's PodCliques. */
interface Clique {
  readonly name: string;
  readonly pods: number;
  readonly role: "leader" | "follower";
  /** Of a component of several nodes: the replica in the PodCliqueScalingGroup that the component is. */
  readonly replica?: number;
}

/** Name of the PodClique or PodCliqueScalingGroup that a component is. */
export const groveName = ({ metadata }: GraphResource, name: string): string =>
  `${metadata.name}-0-${name.toLowerCase()}`;

/**
 * The pods of a component that Grove makes, as recorded of v0.1.0-alpha.12-rc1 under operator 1.4. Grove holds them back by
 * scheduling gates until all of a gang are there, which these have not.
 */
export function grovePods(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  options: OrchestratedOptions,
): V1Pod[] {
  return cliquesOf(graph, name, component).flatMap((clique) =>
    podsOf(graph, name, component, clique, options),
  );
}

function cliquesOf(graph: GraphResource, name: string, component: ComponentSpec): Clique[] {
  const nodes = nodesOf(component);
  const replicas = component.replicas ?? 1;
  const own = groveName(graph, name);
  if (nodes === 1) return [{ name: own, pods: replicas, role: "leader" }];
  return range(replicas).flatMap((replica): Clique[] => {
    const prefix = `${own}-${replica}-${name.toLowerCase()}`;
    return [
      { name: `${prefix}-ldr`, pods: 1, role: "leader", replica },
      { name: `${prefix}-wkr`, pods: nodes - 1, role: "follower", replica },
    ];
  });
}

function podsOf(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  clique: Clique,
  options: OrchestratedOptions,
): V1Pod[] {
  const set = graph.metadata.name;
  const { release } = options;
  const selector = `${set}-${name.toLowerCase()}`;
  const { noted, pods } = metadataOf(graph, name, component, { release, selector, isHashed: false });
  const base = nodePodSpec(
    graph,
    component,
    { orchestrator: "grove", name, role: clique.role, noted },
    options,
  );
  const spec = mainEdited(base, (main) => ({
    ...main,
    env: [
      // Workers under Grove are of no generation.
      ...(main.env ?? []).filter((one) => one.name !== "DYN_NAMESPACE_WORKER_SUFFIX"),
      ...env(graph, clique, nodesOf(component)),
    ],
  }));
  const labels: StringMap = {
    ...pods.labels,
    "app.kubernetes.io/component": clique.replica === undefined ? "pcs-podclique" : "pcsg-podclique",
    "app.kubernetes.io/managed-by": "grove-operator",
    "app.kubernetes.io/name": clique.name,
    "app.kubernetes.io/part-of": set,
    [grove.clique]: clique.name,
    [grove.setIndex]: "0",
    ...gangOf(graph, name, clique),
    [grove.revision]: revisionOf([template(spec), pods]),
  };
  return range(clique.pods).map((index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...childMetadata(graph, "", {
        annotations: pods.annotations,
        labels: { ...labels, [grove.podIndex]: String(index) },
      }),
      name: undefined,
      generateName: `${clique.name}-`,
    },
    spec: { ...spec, hostname: `${clique.name}-${index}`, subdomain: `${set}-0` },
  }));
}

/** What is the same in all replicas: a scaling group's differ by the names of their cliques. */
const template = (spec: V1PodSpec) =>
  mainEdited(spec, (main) => ({ ...main, env: main.env?.filter((one) => one.name !== "GROVE_PCLQ_NAME") }));

/** Replicas beyond the first are gangs of their own. */
function gangOf(graph: GraphResource, name: string, { replica }: Clique): StringMap {
  const base = `${graph.metadata.name}-0`;
  if (replica === undefined) return { [grove.gang]: base };
  const group = groveName(graph, name);
  return {
    [grove.group]: group,
    [grove.groupIndex]: String(replica),
    ...(replica === 0
      ? { [grove.gang]: base }
      : { [grove.gang]: `${group}-${replica - 1}`, [grove.baseGang]: base }),
  };
}

function env({ metadata }: GraphResource, { name, replica }: Clique, nodes: number) {
  const label = (key: string) => `metadata.labels['${key}']`;
  return [
    ...(replica === undefined
      ? []
      : [
          ofPod("GROVE_PCSG_NAME", label(grove.group)),
          { name: "GROVE_PCSG_TEMPLATE_NUM_PODS", value: String(nodes) },
          ofPod("GROVE_PCSG_INDEX", label(grove.groupIndex)),
        ]),
    { name: "GROVE_PCS_NAME", value: metadata.name },
    { name: "GROVE_PCS_INDEX", value: "0" },
    { name: "GROVE_PCLQ_NAME", value: name },
    { name: "GROVE_HEADLESS_SERVICE", value: `${metadata.name}-0.${metadata.namespace}.svc.cluster.local` },
    ofPod("GROVE_PCLQ_POD_INDEX", label(grove.podIndex)),
  ];
}
