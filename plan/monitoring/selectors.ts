/** Selectors of series. Prometheus names a target's job after the PodMonitor: `<namespace>/<name>`. */
export const natsJob = "nats-system/nats";
export const etcdJob = "etcd-system/etcd";

/** Jobs of frontends and workers, whether their PodMonitors are the stack's or the platform's. */
export const frontendJobs = ".+/dynamo-frontend";
export const workerJobs = ".+/dynamo-worker";

/**
 * Names of the pods of a graph's component, as a regular expression: `<graph>-<component>-…` of a Deployment,
 * `<graph>-0-<component>-…` where Grove makes them.
 * @param component in lower case, or several of them as `frontend|worker`.
 */
export function podPattern(graph: string, component: string): string {
  return `${graph}(-0)?-(${component})(-.+)?`;
}

/** The same for any graph, whose name is the one group of the expression. */
export function graphInPod(components: string): string {
  return `(.+?)(?:-0)?-(?:${components})(?:-.+)?`;
}

/** Matches models by name, however metrics spell it: frontends may write it in lower case. */
export function modelLabel(models: readonly string[]): string {
  return `model=~"(?i)(${models.map((name) => name.replaceAll(".", "\\\\.")).join("|")})"`;
}
