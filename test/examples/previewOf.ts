import { join } from "node:path";
import { manifestFiles } from "../../commands/preview/manifests";
import { type Preview, previewStack } from "../../commands/preview/previewStack";
import { golden } from "../golden";
import { inStateOfItsOwn } from "../pulumiState";
import type { Example } from "./examples";

/** An example as the program makes it, with the policies' defaults. */
export const previewOf = ({ name, values, config }: Example): Promise<Preview> =>
  inStateOfItsOwn(() => {
    const stack = { project: "dynamo", name, config: values, secretKeys: [], settings: config };
    return previewStack(stack, { file: undefined, byRule: {} }, {});
  });

/** The examples that have routes, scalers, adapters and downloads, which neither dev nor prod have. */
export const besideGraphs = [
  "autoscaling-hpa",
  "autoscaling-keda",
  "exposure",
  "lora",
  "model-cache",
  "platform",
];

export const goldenFileOf = (example: string) => join(golden, "examples", `${example}.yaml`);

const known = /\/(ConfigMap|DynamoGraphDeployment|Namespace|PodMonitor|PrometheusRule|ResourceQuota)-/;

/** Manifests of the objects that an example has beside its graphs, and their monitoring. */
export const objectsBeside = ({ resources }: Preview): string =>
  [...manifestFiles(resources)].flatMap(([path, text]) => (known.test(path) ? [] : [text])).join("---\n");
