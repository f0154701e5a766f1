import { setTimeout as sleep } from "node:timers/promises";
import type { V1Condition } from "@kubernetes/client-node";
import { JSONPath } from "jsonpath-plus";
import { type ClusterApi, isApiError, type KubernetesObject } from "./clusterApi";
import { type Missing, missingOfKind, NotReady } from "./readiness";
import type { Operation } from "./resourceProvider";

/** Milliseconds between two looks at an object. */
const pollInterval = 300;

export const pulumiAnnotation = (
  object: { metadata?: { annotations?: Record<string, string> } },
  name: string,
) => object.metadata?.annotations?.[`pulumi.com/${name}`];

/** Seconds that an object has to become ready or to go: `customTimeouts`, else its annotation, else 10 minutes. */
export const timeoutOf = (object: KubernetesObject, customTimeout: number) =>
  customTimeout || Number.parseInt(pulumiAnnotation(object, "timeoutSeconds") ?? "", 10) || 600;

/** Waits until an object is ready, as `pulumi.com/skipAwait`, `pulumi.com/waitFor` or its kind has it. */
export async function awaitReadiness(
  cluster: ClusterApi,
  object: KubernetesObject,
  timeout: number,
  operation: Operation,
): Promise<KubernetesObject> {
  const missing = missingOf(object);
  if (!missing) return object;
  const timedOut = pulumiAnnotation(object, "waitFor")
    ? "timed out waiting for the condition"
    : `'${object.metadata.name}' timed out waiting to be Ready`;
  return poll(operation, timeout, timedOut, async (waited) => {
    const live = await cluster.read(object);
    return { live, reasons: await missing(live, cluster, waited) };
  });
}

/** One look at an object that is read anew. A claim is awaited only once. */
export async function checkReady(cluster: ClusterApi, live: KubernetesObject): Promise<void> {
  if (live.kind === "PersistentVolumeClaim" || pulumiAnnotation(live, "skipAwait") === "true") return;
  const reasons = (await missingOfKind(live)?.(live, cluster, Number.POSITIVE_INFINITY)) ?? [];
  const what = `Resource '${live.metadata.name}' was created but failed to initialize`;
  if (reasons.length > 0) throw new NotReady(what, reasons, live);
}

/** Waits until an object is gone, or another one has its name. */
export async function awaitDeletion(
  cluster: ClusterApi,
  object: KubernetesObject,
  timeout: number,
  operation: Operation,
): Promise<void> {
  await poll(operation, timeout, "timed out waiting for the condition", async () => {
    const live = await cluster.read(object).catch((error): undefined => {
      if (!isApiError(error, "NotFound")) throw error;
    });
    if (!live || live.metadata.uid !== object.metadata.uid) return { live: object, reasons: [] };
    const { finalizers = [] } = live.metadata;
    return { live, reasons: [`finalizers might be preventing deletion (${finalizers.join(", ")})`] };
  });
}

/** Looks until there is no reason to wait any more. */
async function poll(
  { signal, report }: Operation,
  timeout: number,
  timedOut: string,
  look: (waited: number) => Promise<{ live: KubernetesObject; reasons: readonly string[] }>,
): Promise<KubernetesObject> {
  const start = Date.now();
  for (;;) {
    const waited = Date.now() - start;
    const { live, reasons } = await look(waited);
    if (reasons.length === 0) {
      report("");
      return live;
    }
    const cancelled = `Resource operation was cancelled for "${live.metadata.name}"`;
    if (signal.aborted) throw new NotReady(cancelled, reasons, live);
    if (waited > timeout * 1000) throw new NotReady(timedOut, reasons, live);
    report(reasons.join("; "));
    await sleep(pollInterval, undefined, { signal }).catch(() => {});
  }
}

function missingOf(object: KubernetesObject): Missing | undefined {
  if (pulumiAnnotation(object, "skipAwait") === "true") return undefined;
  const waitFor = pulumiAnnotation(object, "waitFor");
  if (!waitFor) return missingOfKind(object);
  const expressions = waitFor.trimStart().startsWith("[") ? (JSON.parse(waitFor) as string[]) : [waitFor];
  const checks = expressions.map((expression) => {
    if (expression.startsWith("condition=")) return missingCondition(expression);
    if (expression.startsWith("jsonpath=")) return missingPath(expression);
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
  });
  return (live) => checks.flatMap((check) => check(live));
}

interface WithStatus extends KubernetesObject {
  readonly status?: { conditions?: Partial<V1Condition>[]; observedGeneration?: number };
}

const describe = ({ type, status, reason, message }: Partial<V1Condition>) =>
  `${type}=${status}${reason || message ? ` (${[reason, message].filter(Boolean).join(": ")})` : ""}`;

/** `condition=Type` or `condition=Type=Status`, both without regard to case, as `kubectl wait` has it. */
function missingCondition(expression: string) {
  const [type = "", status = "True"] = expression.replace("condition=", "").split("=");
  const same = (a = "", b = "") => a.toLowerCase() === b.toLowerCase();
  return (live: WithStatus): string[] => {
    const conditions = live.status?.conditions ?? [];
    const condition = conditions.find((candidate) => same(candidate.type, type));
    const stale = staleness(live, condition?.observedGeneration ?? live.status?.observedGeneration);
    if (condition && !stale && same(condition.status, status)) return [];
    const found = condition ? describe(condition) : conditions.map(describe).join(", ");
    return [`waiting for ${type}=${status}: ${stale ?? `found ${found || "no conditions"}`}`];
  };
}

/** `jsonpath={.path}=value`, or without a value where the path has only to exist. */
function missingPath(expression: string) {
  const [, path, value] = /^jsonpath=\{\s*(.*?)\s*\}(?:=(.+))?$/s.exec(expression) ?? [];
  if (!path)
    throw new Error(`format should be jsonpath={.path}=value or jsonpath={.path}, got "${expression}"`);
  return (live: WithStatus): string[] => {
    const found: unknown[] = JSONPath({ path: path.replace(/^\$?/, "$"), json: live, wrap: true }) ?? [];
    const stale = staleness(live, live.status?.observedGeneration);
    if (!stale && found.length > 0 && (value === undefined || String(found[0]) === value)) return [];
    return [`waiting for ${expression}: ${stale ?? `found ${JSON.stringify(found[0]) ?? "nothing"}`}`];
  };
}

/** Message on a status of an older spec; undefined where it is of this one. */
const staleness = (live: KubernetesObject, observed: number | undefined) =>
  observed !== undefined && observed < (live.metadata.generation ?? 0)
    ? `generation ${observed} is less than expected ${live.metadata.generation}`
    : undefined;
