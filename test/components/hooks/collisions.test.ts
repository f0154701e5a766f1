/** Which objects of a cluster an update may take up, and what is said of the others before anything is made. */
import { objectsSoFar, refuseCollisions, willBeMade } from "../../../components/hooks/collisions";
import { keyOf, type ObjectInState } from "../../../components/hooks/thisStack";
import { clusters, unreachable } from "../../apiServer";
import { inEngine } from "./engine";

const cluster = clusters();
const owner = "dev-0123456789abcdef";
const object = (kind: string, name: string, metadata: object = {}, namespace = "dynamo") => ({
  apiVersion: kind === "DynamoGraphDeployment" ? "nvidia.com/v1alpha1" : "v1",
  kind,
  metadata: { name, ...(kind !== "Namespace" && { namespace }), ...metadata },
});
const stranger = object("ConfigMap", "settings");

/** What is said where the program makes these, of which the state has some. */
async function refusal(
  there: readonly object[],
  made: readonly object[],
  { state = [], isPreview, creation }: Partial<Parameters<typeof turn>[0]> = {},
): Promise<string> {
  return turn({ there, made, state, isPreview, creation });
}

async function turn({
  there,
  made,
  state,
  isPreview,
  creation,
}: {
  there: readonly object[];
  made: readonly object[];
  state: readonly (readonly [object, ObjectInState])[];
  isPreview?: boolean | undefined;
  creation?: { urn: string; inputs: object } | undefined;
}): Promise<string> {
  const { address, add } = await cluster();
  add(...there);
  const known = new Map(state.map(([one, entry]) => [keyOf(one), entry]));
  return inEngine(
    async () => {
      for (const one of made) willBeMade(one, address);
      expect(objectsSoFar()).toHaveLength(made.length);
      return refuseCollisions({ creation, cluster: address, owner, state: known }).then(
        () => "",
        (error: Error) => error.message,
      );
    },
    { isPreview: isPreview ?? false },
  );
}

test("what is not there, is the stack's, or is in its state may be made", async () => {
  const own = object("ConfigMap", "own", { labels: { "pulumi-dynamo/stack": owner } });
  const inState = [stranger, { urn: "urn", uid: "a", isKept: false }] as const;
  const unknown = { apiVersion: "example.com/v1", kind: "Unknown", metadata: { name: "a", namespace: "b" } };
  const unnamed = { apiVersion: "v1", kind: "ConfigMap", metadata: {} };
  const made = [own, stranger, object("ConfigMap", "new"), unknown, unnamed];
  expect(await refusal([own, stranger], made, { state: [inState] })).toBe("");
});

test("all others are told at once, with whose they are", async () => {
  const others = [
    stranger,
    object("ConfigMap", "of-helm", { labels: { "app.kubernetes.io/managed-by": "Helm" } }),
    object("ConfigMap", "of-prod", { labels: { "pulumi-dynamo/stack": "prod-1" } }),
    object("ConfigMap", "of-both", {
      labels: { "pulumi-dynamo/stack": owner, "app.kubernetes.io/managed-by": "Helm" },
    }),
  ];
  const lines = (await refusal(others, others)).split("\n");
  expect(lines).toEqual([
    expect.stringMatching(/^ConfigMap dynamo\/settings is there already, and is not this stack's: /),
    expect.stringMatching(/^ConfigMap dynamo\/of-helm .* is not this stack's but kept by Helm: /),
    expect.stringMatching(
      /^ConfigMap dynamo\/of-prod .* but that of prod-1 \(label pulumi-dynamo\/stack\): /,
    ),
    expect.stringMatching(/^ConfigMap dynamo\/of-both .* kept by Helm: /),
    "Nothing that is there was changed.",
  ]);
  for (const line of lines.slice(0, -1))
    expect(line).toContain(
      `or give it to this stack, whose label is pulumi-dynamo/stack: ${owner} (docs/safety.md)`,
    );
});

test("objects of all batches are looked for", async () => {
  const many = Array.from({ length: 40 }, (_, i) => object("ConfigMap", `settings-${i}`));
  expect((await refusal([many[0] ?? {}, many[39] ?? {}], many)).match(/is there already/g)).toHaveLength(2);
});

test.each([
  [object("Namespace", "dynamo"), "take its `create` out of dynamo:namespace, or name another"],
  [object("DynamoGraphDeployment", "chat"), "give the graph another name (dynamo:graphs[].name)"],
  [object("ResourceQuota", "gpus"), "one stack of a namespace can have a budget"],
  [stranger, "one stack of a namespace can have dashboards"],
  [object("Secret", "token"), "take another name or namespace"],
  [object("Service", "nats", {}, "nats-system"), "one stack of a cluster runs NATS and etcd"],
  [object("Namespace", "etcd-system"), "one stack of a cluster runs NATS and etcd"],
])("%o has a remedy of its own", async (one, remedy) =>
  expect(await refusal([one], [one])).toContain(remedy),
);

describe("an object that the state has under another name", () => {
  const own = object("ConfigMap", "own", { uid: "a", labels: { "pulumi-dynamo/stack": owner } });
  const creation = { urn: "urn:new", inputs: own };
  const state = (entry: Partial<ObjectInState> = {}) =>
    [[own, { urn: "urn:old", uid: "a", isKept: false, ...entry }]] as const;

  test("is not taken up, to be deleted as the old one", async () =>
    expect(await refusal([own], [], { state: state(), creation })).toMatch(
      /^ConfigMap dynamo\/own is in the stack's state already, as urn:old: /,
    ));
  test("in a preview neither", async () =>
    expect(await refusal([own], [], { state: state(), creation, isPreview: true })).toContain("as urn:old"));
  test("but that a preview finds of a replacement is fine", async () =>
    expect(await refusal([own], [], { state: state({ urn: "urn:new" }), creation, isPreview: true })).toBe(
      "",
    ));
  test("in an update it is not: that deletes it first", async () =>
    expect(await refusal([own], [], { state: state({ urn: "urn:new" }), creation })).toContain("as urn:new"));
  test("another of its name is judged by its label", async () =>
    expect(await refusal([own], [], { state: state({ uid: "b" }), creation })).toBe(""));
});

test("a preview goes on without a cluster, and an update does not", async () => {
  const look = (isPreview: boolean) =>
    inEngine(
      async () => {
        willBeMade(stranger, unreachable);
        await refuseCollisions({ creation: undefined, cluster: unreachable, owner, state: new Map() });
      },
      { isPreview },
    );
  await expect(look(true)).resolves.toBeUndefined();
  await expect(look(false)).rejects.toThrow();
});
