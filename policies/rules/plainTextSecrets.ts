import { isScalar, parseAllDocuments } from "yaml";
import { hasSecret, isSecret, isSecretText, secretsIn } from "../../config/secretTexts";
import { commandOf } from "../../gpus/command";
import { type Manifest, nameOf, record, text } from "../../gpus/manifest";
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
      for (const [key, value] of filesOf(manifest))
        if (isSecretFile(key, value)) report(`${nameOf(manifest)} has a secret under ${key}`);
  },
});

function filesOf({ data, binaryData }: Manifest): (readonly [key: string, value: string])[] {
  const decoded = (value: unknown) => Buffer.from(text(value), "base64").toString();
  return [
    ...Object.entries(record(data)).map(([key, value]) => [key, text(value)] as const),
    ...Object.entries(record(binaryData)).map(([key, value]) => [key, decoded(value)] as const),
  ];
}

/** A file of JSON or YAML is judged by its own keys, unless it can't be read to its end. */
function isSecretFile(key: string, value: string): boolean {
  if (isSecretText(value)) return true;
  try {
    const content = structureOf(key, value);
    if (content !== undefined) return secretsIn(content).some(({ secret }) => !isReference(secret));
  } catch {}
  return isSecret(key, value);
}

/** What programs replace when they read the file: a variable, or a template's word. */
const isReference = (value: string) => /^(\$\{?\w+\}?|\{\{.*\}\})$/.test(value);

/** Others, such as nsswitch.conf, may read like YAML and be none. */
const isYaml = /(\.ya?ml|^[^.]+)$/;

/** What a text of JSON or YAML holds; undefined where it is something else, or a single value. */
function structureOf(file: string, value: string): object | undefined {
  try {
    const content: unknown = JSON.parse(value);
    return typeof content === "object" && content !== null ? content : undefined;
  } catch {
    return isYaml.test(file) ? documentsOf(value) : undefined;
  }
}

function documentsOf(value: string): object | undefined {
  const documents = [parseAllDocuments(value, { logLevel: "silent" })].flat();
  const isOther = documents.some(({ contents, errors }) => errors.length > 0 || isScalar(contents));
  return isOther ? undefined : documents.map((document) => document.toJS());
}
