/** The checks, in the order in which a fault shows. */
import { certificateValid } from "./checks/certificateValid";
import { discoveryMode } from "./checks/discoveryMode";
import { etcdHealthy } from "./checks/etcdHealthy";
import { gpusWithinBudget } from "./checks/gpusWithinBudget";
import { graphReady } from "./checks/graphReady";
import { modelListed } from "./checks/modelListed";
import { natsHealthy } from "./checks/natsHealthy";
import { otherGraphs } from "./checks/otherGraphs";
import { podMonitorsSelected } from "./checks/podMonitorsSelected";
import { type Listings, propagation } from "./checks/propagation";
import { workersRegistered } from "./checks/workersRegistered";
import type { Evidence } from "./evidence";
import type { Finding } from "./finding";

export function judge(evidence: Evidence, listings: Listings): Finding[] {
  const { graphs, servers } = evidence.stack;
  return [
    ...servers.map((server) =>
      server.server === "nats" ? natsHealthy(server, evidence) : etcdHealthy(server, evidence),
    ),
    ...certificateValid(evidence),
    ...graphs.flatMap((graph) => [
      graphReady(graph, evidence),
      discoveryMode(graph, evidence),
      workersRegistered(graph, evidence),
      modelListed(graph, evidence),
      propagation(graph, evidence, listings),
    ]),
    otherGraphs(evidence),
    gpusWithinBudget(evidence),
    podMonitorsSelected(evidence),
  ];
}
