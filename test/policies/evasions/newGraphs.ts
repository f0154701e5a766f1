/** Graphs of v1beta1, and GPUs under other names. */
import { gpus } from "../objects";
import { budget, type Evasion, template, tooMany, whole, withComponent, withNewPod } from "./make";

export const newGraphs: readonly Evasion[] = [
  ["a component in v1beta1", tooMany, [withComponent({ resources: gpus("8") })]],
  ["nodes in v1beta1", tooMany, [withComponent({ resources: gpus(4) }, { multinode: {} })]],
  [
    "a sidecar in v1beta1",
    tooMany,
    [withNewPod({ containers: [{ name: "main" }, { name: "helper", resources: gpus(8) }] })],
  ],
  [
    "an init container in v1beta1",
    tooMany,
    [withNewPod({ initContainers: [{ name: "warm", resources: gpus(8) }] }, { resources: gpus(1) })],
  ],
  [
    "an experimental checkpoint in v1beta1",
    budget,
    [withComponent({ resources: gpus(4) }, { experimental: { checkpoint: { enabled: true } } })],
  ],
  [
    "GPUs in an experimental Job in v1beta1",
    budget,
    [
      withComponent(
        {},
        { experimental: { checkpoint: { enabled: false, job: { podTemplate: template(8) } } } },
      ),
    ],
  ],
  ["GPUs of the pod as a whole", budget, [withNewPod({ resources: gpus(8) }, { resources: gpus(1) })]],
  ["overhead of the pod", budget, [withNewPod({ overhead: { [whole]: 8 } }, { resources: gpus(1) })]],
  ["a slice of a GPU", ["gpu-kinds"], [withComponent({ resources: gpus(1, "nvidia.com/mig-1g.5gb") })]],
  ["many slices", tooMany, [withComponent({ resources: gpus(7, "nvidia.com/mig-1g.5gb") })]],
  ["shares of GPUs", tooMany, [withComponent({ resources: gpus(10, "nvidia.com/gpu.shared") })]],
  [
    "a GPU under a name of one's own",
    [...tooMany, "gpu-kinds"],
    [withComponent({ resources: gpus(5, "acme.io/fast") })],
  ],
  ...["amd.com/gpu", "gpu.intel.com/i915", "habana.ai/gaudi", "aws.amazon.com/neuron", "google.com/tpu"].map(
    (name): Evasion => [`${name}`, [...tooMany, "gpu-kinds"], [withComponent({ resources: gpus(5, name) })]],
  ),
  [
    "a slice in one container, a whole GPU in another",
    ["gpu-kinds", "gpu-budget"],
    [
      withNewPod(
        { initContainers: [{ restartPolicy: "Always", resources: gpus(1, "nvidia.com/mig-2g.10gb") }] },
        { resources: gpus(4) },
      ),
    ],
  ],
  [
    "another product, where nodes need only meet one term",
    ["gpu-kinds"],
    [
      withNewPod(
        {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: "nvidia.com/gpu.product", operator: "In", values: ["L4"] }] },
                  { matchExpressions: [{ key: "kubernetes.io/os", operator: "Exists" }] },
                ],
              },
            },
          },
        },
        { resources: gpus(1) },
      ),
    ],
    { "gpu-kinds": { products: ["L4"] } },
  ],
];
