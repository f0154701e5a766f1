/** Fields of a component's pods, beside those of its main container. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { without } from "../../gpus/reading";

/** Fields of a pod, but for containers' own. A node's label is the same by selector and by affinity. */
export function podFields(pod: Manifest, containers: readonly Manifest[]): [string, unknown][] {
  const {
    affinity,
    nodeSelector,
    tolerations,
    volumes: _,
    containers: __,
    resourceClaims: ___,
    ...rest
  } = pod;
  delete (rest as Record<string, unknown>).mainContainer;
  const { labels, others } = requiredLabels(affinity);
  return [
    ...Object.entries({ ...record(nodeSelector), ...labels }).map(([key, value]): [string, unknown] => [
      `node ${key}`,
      value,
    ]),
    ...list(tolerations).map((one): [string, unknown] => [
      `toleration ${JSON.stringify(tolerationOf(one))}`,
      true,
    ]),
    ["pod.affinity", others],
    ...Object.entries(rest).map(([key, value]): [string, unknown] => [`pod.${key}`, value]),
    ...containers
      .filter(({ name }) => name !== "main")
      .map((sidecar): [string, unknown] => [`sidecar ${text(sidecar.name)}`, sidecar]),
  ];
}

function tolerationOf(toleration: unknown): object {
  const { key, operator = "Equal", value, effect, ...others } = record(toleration);
  return { key, operator, ...(operator === "Equal" && { value: value ?? "" }), effect, ...others };
}

/** Labels that an affinity requires of a node, each one value, and the rest of it. */
function requiredLabels(affinity: unknown): { labels: Manifest; others: unknown } {
  const nodeAffinity = record(at(affinity, "nodeAffinity"));
  const field = "requiredDuringSchedulingIgnoredDuringExecution";
  const [term, ...more] = list(at(nodeAffinity, field, "nodeSelectorTerms"));
  const expressions = list(at(term, "matchExpressions")).map(record);
  const isPlain =
    more.length === 0 &&
    Object.keys(record(term)).join() === "matchExpressions" &&
    expressions.every(({ operator, values }) => operator === "In" && list(values).length === 1);
  if (!isPlain) return { labels: {}, others: affinity };
  const other = without(nodeAffinity, field);
  return {
    labels: Object.fromEntries(expressions.map(({ key, values }) => [text(key), list(values)[0]])),
    others: {
      ...without(affinity, "nodeAffinity"),
      ...(Object.keys(other).length > 0 && { nodeAffinity: other }),
    },
  };
}
