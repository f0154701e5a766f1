import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { fixedSettings } from "../plan/servers/members";

/**
 * A hook that refuses a change of what members keep for life, in a preview already. Kubernetes would make the StatefulSet
 * anew or leave the volumes as they are, and etcd would wait for members that never joined.
 */
export function refuseToChangeFixedSettings(name: string): pulumi.ResourceHook {
  const check = ({ oldInputs, newInputs }: pulumi.ResourceHookArgs) => {
    const [before, after] = [oldInputs, newInputs].map((inputs) => inputs?.metadata?.annotations ?? {});
    const server = newInputs?.metadata?.labels?.["app.kubernetes.io/name"];
    const changes = Object.entries(fixedSettings)
      .filter(([, annotation]) => annotation in before && before[annotation] !== after[annotation])
      .map(
        ([setting, annotation]) =>
          `✖ can't change from ${before[annotation] || "the default"} to ${after[annotation] || "the default"}: members and volumes keep what ` +
          `they were made with; write it back, or move the graphs to mode kubernetes and then to new servers → at ` +
          `dynamo:discovery.${server}.${setting}`,
      );
    if (changes.length > 0) throw new Error(changes.join("\n"));
  };
  return new pulumi.ResourceHook(name, AsyncResource.bind(check), { onDryRun: true });
}
