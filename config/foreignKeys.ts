/** Keys of other namespaces than the project's that would be ignored in silence. */
import { nearest } from "./near";

/** Settings of the Kubernetes provider that the config has itself. Its own provider looks at no `kubernetes:` key. */
const ofProvider = new Map<string, (value: string) => string>(
  Object.entries({
    context: (value) => `write dynamo:cluster: { context: ${value} }`,
    cluster: () => "write the context of that cluster, as dynamo:cluster: { context: … }",
    kubeconfig: () => "have KUBECONFIG name its file, and dynamo:cluster: { context: … } a context in it",
    namespace: (value) => `write dynamo:namespace: { name: ${value} }`,
  }),
);

/**
 * A line for each key that the program does not look at, though it is meant for it.
 * @param values by full key
 * @param settings names of the project's settings
 * @param isSecret whether the value of a key is encrypted: it is not repeated.
 */
export function ignoredKeys(
  project: string,
  values: Readonly<Record<string, string>>,
  settings: readonly string[],
  isSecret: (key: string) => boolean,
): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const [namespace = "", name = ""] = key.split(":");
    if (namespace === project || namespace === "pulumi") return [];
    const remedy =
      namespace === "kubernetes"
        ? (ofProvider.get(name)?.(isSecret(key) ? "…" : value) ??
          "remove it: the program sets its provider up itself")
        : nearest(namespace, [project]) === project && settings.includes(name) && `write ${project}:${name}`;
    return remedy ? [`✖ would be ignored: ${remedy} → at ${key}`] : [];
  });
}
