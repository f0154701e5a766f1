import { isGivenTo, isMadeBy, ownerLabel, ownerOf } from "../../plan/owner";

const isLabelValue = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const long = "review-tune-the-kv-router-temperature-for-llama-3-70b-in-eu-west-1";

test("each full name has a label of its own", () => {
  const names = [
    ...["a", "b"].map((end) => ({ project: "dynamo", stack: long + end })),
    ...["pr", "pr-", "pr_", "pr.", "-pr", "_"].map((stack) => ({ project: "dynamo", stack })),
    { project: "dynamo-a", stack: "b" },
    { project: "dynamo", stack: "a-b" },
    { organization: "acme", project: "dynamo", stack: "pr" },
    { organization: "acme/dynamo", project: "dynamo", stack: "pr" },
    { project: "dynamo", stack: "PR" },
    { project: "dynamo", stack: "x".repeat(100) },
  ];
  const owners = names.map(ownerOf);
  expect(new Set(owners).size).toBe(names.length);
  for (const owner of owners) expect(owner).toMatch(isLabelValue);
  expect(ownerOf({ project: "dynamo", stack: "prod" })).toBe("prod-effc271dd4a7a5d6");
});

const owner = ownerOf({ project: "dynamo", stack: "dev" });
const writtenBy = (manager: string) => ({
  manager,
  fieldsV1: { "f:metadata": { "f:labels": { [`f:${ownerLabel}`]: {} } } },
});
const object = (
  labels: Record<string, string>,
  managedFields: unknown[] = [writtenBy("pulumi-kubernetes-1a2b3c4d")],
  ownerReferences: unknown[] = [],
) => ({ metadata: { labels: { [ownerLabel]: owner, ...labels }, managedFields, ownerReferences } });

test.each<[string, unknown, { given: boolean; made: boolean }]>([
  ["as an update makes it", object({}), { given: true, made: true }],
  ["as the first creation", object({}, [writtenBy("pulumi-kubernetes")]), { given: true, made: true }],
  [
    "managed by Pulumi, by its own word",
    object({ "app.kubernetes.io/managed-by": "pulumi" }),
    { given: true, made: true },
  ],
  ["labelled by a person", object({}, [writtenBy("kubectl-label")]), { given: true, made: false }],
  ["without word of who wrote it", object({}, []), { given: true, made: false }],
  ["of Helm", object({ "app.kubernetes.io/managed-by": "Helm" }), { given: false, made: false }],
  ["of an owner", object({}, undefined, [{ kind: "Job", name: "a" }]), { given: false, made: false }],
  ["of another stack", object({ [ownerLabel]: "prod-effc271dd4a7a5d6" }), { given: false, made: false }],
  [
    "of a common label",
    { metadata: { labels: { "app.kubernetes.io/part-of": "dynamo-dev" } } },
    { given: false, made: false },
  ],
  [
    "of which Pulumi wrote other fields",
    object({}, [writtenBy("kubectl-create"), { manager: "pulumi-kubernetes", fieldsV1: { "f:spec": {} } }]),
    { given: true, made: false },
  ],
])("an object %s", (_, found, expected) => {
  expect({ given: isGivenTo(found, owner), made: isMadeBy(found, owner) }).toEqual(expected);
});
