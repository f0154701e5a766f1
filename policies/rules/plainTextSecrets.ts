import { hasSecret, isSecret } from "../../config/secretTexts";
import { commandOf } from "../../gpus/command";
import { nameOf, record, text } from "../../gpus/manifest";
import { plainEnvOf, podContainersOf } from "../containers";
import { objectRule } from "../rule";

export const plainTextSecrets = objectRule({
  name: "plain-text-secrets",
  description: "No secret is written in env values, arguments or ConfigMaps.",
  severity: "critical",
  remedy:
    "Put it into a Secret, refer to it by secretKeyRef or dynamo:graphs[].huggingFaceSecret, and revoke the one that was written.",
  check({ manifest }, _, report) {
    // Whatever is found, its text must not be in the message.
    for (const { where, name, value } of plainEnvOf(manifest))
      if (isSecret(name, value))
        report(`${nameOf(manifest)}: ${where} has the value of ${name} in plain text`);
    for (const { name, container } of podContainersOf(manifest)) {
      if (hasSecret(commandOf(container)))
        report(`${nameOf(manifest)}: ${name} has a secret in its command line`);
    }
    if (manifest.kind === "ConfigMap")
      for (const [key, value] of Object.entries(record(manifest.data)))
        if (isSecret(key, text(value))) report(`${nameOf(manifest)} has a secret under ${key}`);
  },
});
