import { type Case, unknown } from "../judge";
import { deployment, object } from "../objects";

const labels = { team: "inference", "cost-center": "4711" };

/** What is left to say after the remediation, or where the rule has another level. */
const ownerLabels: readonly Case[] = [
  ["no labels are wanted", [deployment({})], []],
  [
    "all labels, with whatever value",
    [deployment({}, {}, {}, { labels: { ...labels, team: "search" } })],
    [],
    { labels },
  ],
  [
    "a patch, and a Helm release",
    [
      object("v1", "NamespacePatch", "kube-system"),
      { type: "kubernetes:helm.sh/v3:Release", props: { chart: "nats" } },
    ],
    [],
    { labels },
  ],
  [
    "none of them",
    [deployment({}), object("v1", "Namespace", "dynamo", {}, { namespace: undefined })],
    [
      "Deployment dynamo/trainer has no label team: write inference",
      "Deployment dynamo/trainer has no label cost-center: write 4711",
      "Namespace dynamo has no label team: write inference",
      "Namespace dynamo has no label cost-center: write 4711",
    ],
    { labels },
  ],
  [
    "one of them",
    [deployment({}, {}, {}, { labels: { team: "inference", app: unknown } })],
    ["Deployment dynamo/trainer has no label cost-center: write 4711"],
    { labels },
  ],
  [
    "items of a list, which can't be remedied",
    [{ apiVersion: "v1", kind: "ConfigMapList", metadata: {}, items: [object("v1", "ConfigMap", "files")] }],
    ["ConfigMap dynamo/files has no label team: write inference"],
    { labels: { team: "inference" } },
  ],
  ["labels that are not known yet", [deployment({}, {}, {}, { labels: unknown })], [], { labels }],
  [
    "settings of another type",
    [deployment({})],
    [
      'the settings of owner-labels can\'t be used: ✖ must be a text, found 7: write "7" → at owner-labels.labels.team',
    ],
    { labels: { team: 7 } },
  ],
];

export const cases = { "owner-labels": ownerLabels };
