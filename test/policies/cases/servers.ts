import { type Case, unknown } from "../judge";
import { disruptionBudget, members, object, onePerNode } from "../objects";

const nats = "StatefulSet nats-system/nats";
const budget = disruptionBudget();
const apart = (rule: object) => ({
  affinity: { podAntiAffinity: rule },
  topologySpreadConstraints: undefined,
});
const { whenUnsatisfiable: _, ...spread } = onePerNode();
const onOneNode = [`${nats} may have all its members on one node`];

const serverMembers: readonly Case[] = [
  ["three", [members(3), budget], []],
  ["one, which needs no budget", [members(1, { pod: { topologySpreadConstraints: [] } })], []],
  ["replicas left out", [members(undefined)], []],
  ["five of etcd", [members(5, { name: "etcd" }), disruptionBudget("etcd")], []],
  [
    "kept apart by affinity",
    [members(3, { pod: apart({ requiredDuringSchedulingIgnoredDuringExecution: [spread] }) }), budget],
    [],
  ],
  ["spread by default", [members(3, { pod: { topologySpreadConstraints: [spread] } }), budget], []],
  ["a StatefulSet of something else", [members(2, { name: "postgres", volumeClaimTemplates: [] })], []],
  ["what is no StatefulSet", [object("apps/v1", "Deployment", "nats", { spec: { replicas: 2 } })], []],
  [
    "an even number",
    [members(4), budget],
    [`${nats} has 4 members, an even number: one fewer survives as many losses`],
  ],
  ["too few", [members(1)], [`${nats} has 1 of the 3 members that are needed here`], { min: 3 }],
  ["no members", [members(0), budget], [`${nats} has 0 of the 1 members that are needed here`]],
  ["no volumes", [members(1, { volumeClaimTemplates: [] })], [`${nats} has no volumes`]],
  [
    "nothing that keeps them apart",
    [members(3, { pod: { topologySpreadConstraints: [] } }), budget],
    onOneNode,
  ],
  [
    "a wish",
    [
      members(3, {
        pod: { topologySpreadConstraints: [{ ...spread, whenUnsatisfiable: "ScheduleAnyway" }] },
      }),
      budget,
    ],
    onOneNode,
  ],
  [
    "zones",
    [
      members(3, {
        pod: { topologySpreadConstraints: [{ ...spread, topologyKey: "topology.kubernetes.io/zone" }] },
      }),
      budget,
    ],
    onOneNode,
  ],
  [
    "others kept apart",
    [members(3, { pod: { topologySpreadConstraints: [onePerNode("etcd")] } }), budget],
    onOneNode,
  ],
  [
    "a preference",
    [
      members(3, {
        pod: apart({
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: spread }],
        }),
      }),
      budget,
    ],
    onOneNode,
  ],
  ["no budget", [members(3)], [`${nats} has no PodDisruptionBudget`]],
  ["a budget of others", [members(3), disruptionBudget("etcd")], [`${nats} has no PodDisruptionBudget`]],
  [
    "a budget of nobody",
    [members(3), disruptionBudget("nats", { selector: undefined })],
    [`${nats} has no PodDisruptionBudget`],
  ],
  [
    "a number that is not known yet",
    [members(unknown), budget],
    [`${nats} has a number of members that is not known: write a number`],
  ],
  ["volumes that are not known yet", [members(1, { volumeClaimTemplates: unknown })], []],
  [
    "an image that is not known yet",
    [
      members(2, {
        pod: { topologySpreadConstraints: [spread], containers: [{ name: "nats", image: unknown }] },
      }),
      budget,
    ],
    [`${nats} has 2 members, an even number: one fewer survives as many losses`],
  ],
  [
    "settings of another type",
    [],
    [
      "the settings of server-members can't be used: ✖ must be a whole number, found 1.5 → at server-members.min",
    ],
    { min: 1.5 },
  ],
];

export const cases = { "server-members": serverMembers };
