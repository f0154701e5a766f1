/** What a stack has made, by its label, and that it goes. */
import { deleteObjects, labelledObjects, remaining } from "../../../commands/destroy/leftovers";
import { nameOf } from "../../../gpus/manifest";
import { clusters } from "../../apiServer";
import { madeBy } from "../../madeBy";
import { object, ownedBy, owner } from "./objects";

const cluster = clusters();

describe("objects with a stack's label", () => {
  test("are found in all namespaces and kinds, and those of others are not", async () => {
    const { add, config } = await cluster();
    add(
      object("Namespace", "dynamo", madeBy(owner)),
      object("ConfigMap", "a", madeBy(owner)),
      object("DynamoGraphDeployment", "b", {
        ...madeBy(owner, "pulumi-kubernetes-1a2b"),
        namespace: "other",
      }),
      object("ConfigMap", "theirs", madeBy("theirs-2")),
      object("ConfigMap", "nobodys"),
      object("ConfigMap", "copied", madeBy(owner, "kubectl")),
      object("Pod", "made-of-it", { ...madeBy(owner), ...ownedBy("b") }),
    );
    const found = await labelledObjects(config, owner);
    expect(found.map(nameOf).sort()).toEqual([
      "ConfigMap dynamo/a",
      "DynamoGraphDeployment other/b",
      "Namespace dynamo",
    ]);
  });

  test("of a kind that the user may not list are none of the stack's", async () => {
    const { add, config } = await cluster({ "/configmaps": 403 });
    add(object("ConfigMap", "a", madeBy(owner)), object("Pod", "b", madeBy(owner)));
    expect((await labelledObjects(config, owner)).map(nameOf)).toEqual(["Pod dynamo/b"]);
  });

  test("are not known where the API server fails", async () => {
    const { config } = await cluster({ "/configmaps": 500 });
    await expect(labelledObjects(config, owner)).rejects.toThrow(/configmaps is forbidden/);
  });
});

const [first, second, shared] = [
  object("ConfigMap", "first"),
  object("DynamoGraphDeployment", "second"),
  object("Namespace", "shared"),
];
const unknownKind = {
  apiVersion: "example.com/v1",
  kind: "Gone",
  metadata: { name: "a", namespace: "dynamo" },
};

describe("objects that remain", () => {
  test("are as they are now; one that is gone, or whose kind is, is none", async () => {
    const { add, config } = await cluster();
    add({ ...second, metadata: { ...second.metadata, finalizers: ["now"] } }, shared);
    const left = await remaining(config, [first, second, unknownKind, shared]);
    expect(left).toMatchObject([
      { kind: "DynamoGraphDeployment", metadata: { name: "second", finalizers: ["now"] } },
      { kind: "Namespace", metadata: { name: "shared" } },
    ]);
  });

  test("are looked for in their own namespaces", async () => {
    const { add, config } = await cluster();
    const elsewhere = object("ConfigMap", "first", { namespace: "other" });
    add(elsewhere);
    expect((await remaining(config, [first, elsewhere])).map(nameOf)).toEqual(["ConfigMap other/first"]);
  });

  test("are not known where the API server fails", async () => {
    const { config } = await cluster({ "/configmaps/first": 500 });
    await expect(remaining(config, [first])).rejects.toThrow(/configmaps\/first is forbidden/);
  });
});

describe("deletion", () => {
  test("takes away what is given, with what it owns, and goes on where something is gone already", async () => {
    const { add, find, config } = await cluster();
    add(second, shared, object("Pod", "of-second", ownedBy("second")), object("ConfigMap", "another"));
    await deleteObjects(config, [first, unknownKind, second, shared]);
    const names = ["second", "of-second", "shared", "another"];
    const kinds = ["DynamoGraphDeployment", "Pod", "Namespace", "ConfigMap"];
    expect(names.filter((name, i) => find(kinds[i] ?? "", name))).toEqual(["another"]);
  });

  test("stops where the API server refuses one", async () => {
    const { add, find, config } = await cluster({ "DELETE /api/v1/namespaces/dynamo/configmaps": 403 });
    add(first, second);
    await expect(deleteObjects(config, [first, second])).rejects.toThrow(/is forbidden/);
    expect(find("ConfigMap", "first")).toBeDefined();
    expect(find("DynamoGraphDeployment", "second")).toBeDefined();
  });
});
