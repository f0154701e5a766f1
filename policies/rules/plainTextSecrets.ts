import { commandOf } from "../../gpus/command";
import { nameOf, record, text } from "../../gpus/manifest";
import { plainEnvOf, podContainersOf } from "../containers";
import { objectRule } from "../rule";

/** Names of what holds a secret: HF_TOKEN does, MAX_TOKENS and HF_TOKEN_PATH don't. */
const secretName =
  /(^|[_.-])(token|(pg)?pass|passwd|(pg)?password|passphrase|secret|(secret|api|access|private)[_-]?key|nkey|credentials?)$/i;

/** Values that are secrets: tokens of Hugging Face, NVIDIA, GitHub, OpenAI and AWS, seeds of NATS, private keys, passwords in addresses. */
const secretValue =
  /\bhf_[A-Za-z0-9]{20,}|\bnvapi-[\w-]{20,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bsk-[\w-]{20,}|\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bS[ACNOUX][A-Z2-7]{56}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^\s/:@]*:[^\s/@$]+@/;

/** Values that are no secrets, whatever their names: nothing, a switch, a file, or text with a reference to a variable. */
const harmless = /^(true|false|[01]|(\/[\w.-]+){2,})?$|\$\([\w.-]+\)/i;

/** Flags that hand over a secret. One that names a file, a variable or a kind of token, as etcd's do, does not. */
const secretFlag =
  /(?:^|\s)--?(?!-?no-)(?:(?:(?:hf|auth|access|api|bearer)[-_])?token|secret|[\w-]*(?:password|passwd|(?:api|secret)[-_]key))(?:\s+|=)["']?(?![-$/]|jwt\b|simple\b)[^\s"']/i;

/** Variables that a shell sets, but for those that it takes from others. */
const assignments = /(?:^|\s)(\w+)=["']?((?!\$)[^\s"';&|]+)/g;

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
      const command = commandOf(container);
      const assigned = [...command.matchAll(assignments)];
      if (
        secretValue.test(command) ||
        secretFlag.test(command) ||
        assigned.some(([, variable = "", value = ""]) => isSecret(variable, value))
      )
        report(`${nameOf(manifest)}: ${name} has a secret in its command line`);
    }
    if (manifest.kind === "ConfigMap")
      for (const [key, value] of Object.entries(record(manifest.data)))
        if (isSecret(key, text(value))) report(`${nameOf(manifest)} has a secret under ${key}`);
  },
});

function isSecret(name: string, value: string): boolean {
  return secretValue.test(value) || (secretName.test(name) && !harmless.test(value));
}
