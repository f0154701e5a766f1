import { z } from "zod";
import { isGpuClass } from "../../config/accelerators";
import { nameOf, notKnown, text } from "../../gpus/manifest";
import { partsOf } from "../../gpus/parts";
import { podGpus } from "../../gpus/podGpus";
import { productsOf } from "../../gpus/products";
import { workloadsOf } from "../../gpus/workloads";
import { objectRule } from "../rule";

/** Labels of nodes by which pods choose a product: NVIDIA's GPU feature discovery, GKE, Karpenter on AWS. */
const judgedLabels = [
  "nvidia.com/gpu.product",
  "cloud.google.com/gke-accelerator",
  "karpenter.k8s.aws/instance-gpu-name",
];

export const gpuKinds = objectRule({
  name: "gpu-kinds",
  description: "Only the kinds of GPUs that the stack is allowed are asked for.",
  severity: "high",
  remedy:
    "Ask for an allowed resource and select an allowed product, or have the kind added in policies/config/.",
  settings: z.strictObject({
    resources: z
      .array(z.string())
      .default(["nvidia.com/gpu"])
      .describe("Resources, and device classes of claims, that are allowed."),
    products: z
      .array(z.string())
      .default([])
      .describe(
        "GPU products that pods may select, as node labels name them. None: any, and none need be selected.",
      ),
  }),
  check({ manifest }, { resources, products }, report) {
    const where = nameOf(manifest);
    const judge = (kind: string, what: string) => {
      if (!resources.includes(kind))
        report(`${where}: ${what} asks for ${kind}, and only ${resources.join(", ")} is allowed`);
    };
    for (const { key, value } of partsOf(manifest))
      if (key === "deviceClassName" && text(value) !== "" && isGpuClass(text(value)))
        judge(text(value), "it");
    for (const { component, pod } of workloadsOf(manifest).workloads) {
      const { asks, claims } = podGpus(pod);
      for (const kind of new Set(asks.map((ask) => ask.kind))) judge(kind, component);
      if (products.length === 0 || asks.length + claims.length === 0) continue;
      const selected = productsOf(pod, judgedLabels);
      if (selected === notKnown) continue;
      if (selected.length === 0)
        report(`${where}: ${component} runs on any GPU: select one of ${products.join(", ")}`);
      for (const product of selected)
        if (!products.includes(product))
          report(`${where}: ${component} selects ${product}, and only ${products.join(", ")} is allowed`);
    }
  },
});
