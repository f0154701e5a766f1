import { createHash } from "node:crypto";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Role } from "../plan/graph/model";
import type { StackPlan } from "../plan/stack";
import { dynamoDashboard } from "./dynamo/dynamoDashboard";
import { etcdDashboard } from "./etcdDashboard";
import { natsDashboard } from "./natsDashboard";

/** A dashboard and its ConfigMap. */
export interface DashboardPlan {
  /** Name of the dashboard, the same in every namespace. */
  readonly part: string;
  /** Name of its ConfigMap, and of the file in it: two of one name would overwrite each other in Grafana. */
  readonly name: string;
  readonly namespace: string;
  readonly dashboard: Dashboard;
}

/** The dashboards of a stack: NATS' and etcd's where it runs them, and one for all graphs. */
export function dashboards({
  namespace: { name: namespace },
  discovery,
  graphs,
  runtime,
}: StackPlan): DashboardPlan[] {
  const ofServers = discovery.summary.flatMap(({ server, members }): DashboardPlan[] => {
    if (members === undefined) return [];
    const build = server === "nats" ? natsDashboard : etcdDashboard;
    const part = `dynamo-${server}`;
    return [{ part, name: part, namespace: `${server}-system`, dashboard: build(members) }];
  });
  if (graphs.length === 0) return ofServers;
  const names = (roles: readonly Role[]) => [
    ...new Set(
      graphs.flatMap(({ components }) =>
        components.filter(({ role }) => roles.includes(role)).map(({ name }) => name.toLowerCase()),
      ),
    ),
  ];
  const inference = dynamoDashboard({
    // Grafana takes 40 characters, and a namespace may have 63.
    uid: `dynamo-${createHash("sha256").update(namespace).digest("hex").slice(0, 16)}`,
    namespace,
    frontends: [
      ...new Set(graphs.flatMap(({ frontends }) => frontends.components.map((name) => name.toLowerCase()))),
    ],
    workers: names(["worker", "prefill", "decode"]),
    runtime,
    objectives: {
      availability: Math.max(...graphs.map(({ objectives }) => objectives.availability)),
      timeToFirstToken: Math.min(...graphs.map(({ objectives }) => objectives.timeToFirstToken)),
    },
  });
  const part = "dynamo-inference";
  return [...ofServers, { part, name: `${part}-${namespace}`, namespace, dashboard: inference }];
}
