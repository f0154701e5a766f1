import { z } from "zod";
import { at, list, type Manifest, nameOf, notKnown, record, text } from "../../gpus/manifest";
import { couldBe, selects } from "../../gpus/selector";
import { stackRule } from "../rule";

export const serverMembers = stackRule({
  name: "server-members",
  description:
    "NATS and etcd have an odd number of members, enough of them, each with a volume and on a node of its own.",
  severity: "high",
  remedy:
    "Set dynamo:discovery.nats.replicas and dynamo:discovery.etcd.replicas to 3 or 5 where a node may fail.",
  settings: z.strictObject({ min: z.int().min(1).default(1).describe("Minimum of each one's members.") }),
  check(objects, { min }, report) {
    const budgets = objects.filter(({ manifest }) => manifest.kind === "PodDisruptionBudget");
    for (const { manifest, urn } of objects.filter((object) => isServer(object.manifest))) {
      const fail = (message: string) => report(`${nameOf(manifest)} ${message}`, urn);
      const replicas = at(manifest, "spec", "replicas") ?? 1;
      if (typeof replicas !== "number") {
        fail("has a number of members that is not known: write a number");
        continue;
      }
      if (replicas > 0 && replicas % 2 === 0)
        fail(`has ${replicas} members, an even number: one fewer survives as many losses`);
      if (replicas < min) fail(`has ${replicas} of the ${min} members that are needed here`);
      const volumes = at(manifest, "spec", "volumeClaimTemplates");
      if (volumes !== notKnown && list(volumes).length === 0) fail("has no volumes");
      if (replicas === 1) continue;
      if (!keepsApart(manifest)) fail("may have all its members on one node");
      if (!budgets.some((budget) => protects(budget.manifest, manifest))) fail("has no PodDisruptionBudget");
    }
  },
});

function labelsOf(server: Manifest): Manifest {
  return record(at(server, "spec", "template", "metadata", "labels"));
}

function isServer(manifest: Manifest): boolean {
  return (
    manifest.kind === "StatefulSet" &&
    ["nats", "etcd"].includes(text(labelsOf(manifest)["app.kubernetes.io/name"]))
  );
}

/** Whether the scheduler must put the members on different nodes. What it only prefers does not count. */
function keepsApart(server: Manifest): boolean {
  const pod = at(server, "spec", "template", "spec");
  const apart = at(pod, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  const spread = at(pod, "topologySpreadConstraints");
  const isOfMembers = (rule: unknown) => selects(at(rule, "labelSelector"), labelsOf(server));
  return (
    [apart, spread].includes(notKnown) ||
    list(apart).some(isOfMembers) ||
    list(spread).some(
      (rule) =>
        isOfMembers(rule) &&
        couldBe(at(rule, "topologyKey"), "kubernetes.io/hostname") &&
        at(rule, "whenUnsatisfiable") !== "ScheduleAnyway",
    )
  );
}

function protects(budget: Manifest, server: Manifest): boolean {
  return (
    couldBe(at(budget, "metadata", "namespace"), at(server, "metadata", "namespace")) &&
    selects(at(budget, "spec", "selector"), labelsOf(server))
  );
}
