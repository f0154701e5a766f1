/** Kinds that the program does not know, and objects within others. */
import { unknown } from "../judge";
import { gpus, object } from "../objects";
import {
  budget,
  byTemplate,
  type Evasion,
  kind,
  pod,
  template,
  tooMany,
  typed,
  whole,
  withWorker,
} from "./make";

const outside = ["gpus-outside-graphs", ...tooMany];

export const otherKinds: readonly Evasion[] = [
  [
    "a kind that is unknown",
    budget,
    [kind("example.com/v1", "Thing", { deep: [{ in: { resources: gpus(1) } }] })],
  ],
  ["a kind with a hyphen", budget, [kind("example.com/v1", "My-Thing", { template: template() })]],
  [
    "a kind that is called like a list",
    budget,
    [kind("example.com/v1", "PodList", { template: template() })],
  ],
  ["a kind that is called like a chart", budget, [kind("example.com/v1", "Chart", { template: template() })]],
  [
    "a kind that is called like a provider",
    budget,
    [kind("example.com/v1", "Provider", { template: template() })],
  ],
  [
    "a kind of a group that is called like YAML",
    budget,
    [kind("yaml.example.com/v1", "Thing", { template: template() })],
  ],
  [
    "a kind that objects have a field for",
    budget,
    [kind("example.com/v1", "constructor", { template: template() })],
  ],
  [
    "a kind with a claim",
    budget,
    [kind("example.com/v1", "Thing", { template: { spec: { resourceClaims: byTemplate() } } })],
  ],
  ["a PodTemplate", budget, [object("v1", "PodTemplate", "sneaky", { template: template() })]],
  [
    "defaults of a LimitRange",
    budget,
    [kind("v1", "LimitRange", { limits: [{ type: "Container", default: { [whole]: 1 } }] })],
  ],
  [
    "overhead of a RuntimeClass",
    budget,
    [object("node.k8s.io/v1", "RuntimeClass", "sneaky", { overhead: { podFixed: { [whole]: 1 } } })],
  ],
  ["pods in a list", outside, [typed("core/v1:PodList", { items: [kind("v1", "Pod", pod())] })]],
  [
    "graphs in a list, which are of the list's kind",
    tooMany,
    [
      typed("nvidia.com/v1alpha1:DynamoGraphDeploymentList", {
        items: [{ ...withWorker({}, 8), kind: undefined }],
      }),
    ],
  ],
  [
    "lists in a list",
    outside,
    [
      typed("core/v1:List", {
        kind: "List",
        items: [{ kind: "PodList", items: [kind("v1", "Pod", pod())] }],
      }),
    ],
  ],
  [
    "what a chart's release makes",
    ["gpus-outside-graphs"],
    [typed("helm.sh/v3:Release", { name: "sneaky", chart: "trainer", values: { requestGPU: 8 } })],
  ],
  [
    "GPUs in the values of a release",
    budget,
    [
      typed("helm.sh/v3:Release", {
        name: "sneaky",
        chart: "trainer",
        values: { worker: { resources: gpus(8) } },
      }),
    ],
  ],
  [
    "what Argo CD fetches",
    ["gpus-outside-graphs"],
    [kind("argoproj.io/v1alpha1", "Application", { source: { path: "." } })],
  ],
  [
    "what Flux fetches",
    ["gpus-outside-graphs"],
    [kind("kustomize.toolkit.fluxcd.io/v1", "Kustomization", { path: "." })],
  ],
  ...(
    [
      ["Fleet fetches", "fleet.cattle.io/v1alpha1", "GitRepo"],
      ["k3s makes of a chart's values", "helm.cattle.io/v1", "HelmChartConfig"],
      ["Crossplane makes of a chart", "helm.crossplane.io/v1beta1", "Release"],
      ["Pulumi's operator makes", "pulumi.com/v1", "Stack"],
    ] as const
  ).map(
    ([what, group, of]): Evasion => [
      `what ${what}`,
      ["gpus-outside-graphs"],
      [kind(group, of, { repo: "." })],
    ],
  ),
  ...["NodePool", "ResourceClaim"].map(
    (name): Evasion => [
      `a ${name} of another group`,
      budget,
      [kind("example.com/v1", name, { template: template() })],
    ],
  ),
  [
    "a child of YAML",
    outside,
    [kind("v1", "Pod", pod()), typed("yaml/v2:ConfigGroup", { yaml: "kind: Pod" })],
  ],
  [
    "a child of kustomize",
    outside,
    [kind("v1", "Pod", pod()), typed("kustomize/v2:Directory", { directory: "." })],
  ],
  [
    "an object whose kind is not known yet",
    outside,
    [typed("core/v1:Pod", { kind: unknown, metadata: { name: "sneaky" }, spec: pod() })],
  ],
];
