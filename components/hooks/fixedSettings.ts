import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { fixedSettingChanges } from "../../plan/fixedSettings";
import { hookName } from "./engine";

/**
 * A hook that refuses a change of what members and claims keep for life, in a preview already. Kubernetes would make the
 * StatefulSet anew or leave the volumes as they are, and etcd would wait for members that never joined.
 */
export function refuseToChangeFixedSettings(name: string): pulumi.ResourceHook {
  const check = ({ oldInputs, newInputs }: pulumi.ResourceHookArgs) => {
    const changes = fixedSettingChanges(oldInputs, newInputs);
    if (changes.length > 0) throw new Error(changes.join("\n"));
  };
  return new pulumi.ResourceHook(hookName(`${name}-fixed-settings`), AsyncResource.bind(check), {
    onDryRun: true,
  });
}
