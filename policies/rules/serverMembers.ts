import { z } from "zod";
import { at, list, nameOf, notKnown, record, text } from "../../plan/manifest";
import type { ClusterObject } from "../clusterObject";
import { stackRule } from "../rule";
import { selects } from "../selector";

export const serverMembers = stackRule({
  name: "server-members",
  description:
    "NATS and etcd have an odd number of members, enough of them, each with a volume and on a node of its own.",
  severity: "high",
  remedy:
    "Set dynamo:discovery.nats.replicas and dynamo:discovery.etcd.replicas to 3 or 5 where a node may fail.",
  settings: z.object({ least: z.int().min(1).default(1).describe("Fewest members of each.") }),
  check(objects, { least }, report) {
    const budgets = objects.filter(({ manifest }) => manifest.kind === "PodDisruptionBudget");
    for (const { manifest, urn } of objects.filter(isServer)) {
      const tell = (message: string) => report(`${nameOf(manifest)} ${message}`, urn);
      const replicas = at(manifest, "spec", "replicas") ?? 1;
      if (replicas === notKnown || typeof replicas !== "number") {
        tell("has a number of members that is not known");
        continue;
      }
      if (replicas % 2 === 0) tell(`has ${replicas} members: an odd number survives as many losses for less`);
      if (replicas < least) tell(`has ${replicas} members, and ${least} are needed here`);
      if (list(at(manifest, "spec", "volumeClaimTemplates")).length === 0) tell("has no volumes");
      if (replicas === 1) continue;
      const pod = at(manifest, "spec", "template", "spec");
      const apart = [at(pod, "affinity", "podAntiAffinity"), at(pod, "topologySpreadConstraints")];
      if (apart.every((rule) => rule === undefined)) tell("may have all its members on one node");
      if (!budgets.some((budget) => protects(budget, manifest))) tell("has no PodDisruptionBudget");
    }
  },
});

function isServer({ manifest }: ClusterObject): boolean {
  const name = text(at(manifest, "spec", "template", "metadata", "labels", "app.kubernetes.io/name"));
  return manifest.kind === "StatefulSet" && ["nats", "etcd"].includes(name);
}

function protects({ manifest: budget }: ClusterObject, server: ClusterObject["manifest"]): boolean {
  return (
    at(budget, "metadata", "namespace") === at(server, "metadata", "namespace") &&
    selects(at(budget, "spec", "selector"), record(at(server, "spec", "template", "metadata", "labels")))
  );
}
