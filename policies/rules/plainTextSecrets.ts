import { nameOf, record, text } from "../../plan/manifest";
import { commandOf, containersOf, plainEnvOf } from "../containers";
import { objectRule } from "../rule";

/** Names of variables that hold secrets: HF_TOKEN does, MAX_TOKENS and HF_TOKEN_PATH don't. */
const secretName =
  /(^|_)(token|passwd|password|passphrase|secret|secret_?key|api_?key|access_?key|private_?key|credentials?)$/i;

/** What secrets look like: tokens of Hugging Face, NVIDIA, GitHub, OpenAI and AWS, private keys, passwords in addresses. */
const secretValue =
  /\bhf_[A-Za-z0-9]{20,}|\bnvapi-[\w-]{20,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bsk-[A-Za-z0-9_-]{20,}|\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^\s/:@]+:[^\s/@$]+@/;

/** Flags that hand over a secret. One that names a file or a variable does not. */
const secretFlag =
  /(?:^|\s)--?(?:hf-)?(?:token|password|passwd|api-key|secret|secret-key)(?:\s+|=)["']?(?![-$/])[^\s"']/i;

export const plainTextSecrets = objectRule({
  name: "plain-text-secrets",
  description: "No secret is written in env values, arguments or ConfigMaps.",
  severity: "critical",
  remedy:
    "Put it into a Secret, refer to it by secretKeyRef or dynamo:graphs[].huggingFaceSecret, and revoke the one that was written.",
  check({ manifest }, _, report) {
    // Whatever is found, its text must not be in the message.
    for (const { where, name, value } of plainEnvOf(manifest))
      if (value !== "" && !/^\$\(\w+\)$/.test(value) && (secretName.test(name) || secretValue.test(value)))
        report(`${nameOf(manifest)}: ${where} has the value of ${name} in plain text`);
    for (const { name, container } of containersOf(manifest)) {
      const command = commandOf(container);
      if (secretValue.test(command) || secretFlag.test(command))
        report(`${nameOf(manifest)}: ${name} has a secret in its command line`);
    }
    if (manifest.kind === "ConfigMap")
      for (const [key, value] of Object.entries(record(manifest.data)))
        if (secretValue.test(text(value))) report(`${nameOf(manifest)} has a secret under ${key}`);
  },
});
