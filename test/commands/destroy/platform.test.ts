/** A platform goes last, and only where nobody else needs its operator. */
import { describePlatform, destroyBeneath, refusePlatformOfOthers } from "../../../commands/destroy/platform";
import { clusters } from "../../apiServer";
import { madeBy, object, ownedBy, owner } from "./objects";

const cluster = clusters();
const platform = { urn: "urn:a", name: "dynamo-platform", namespace: "dynamo-system", version: "1.4.2" };

test("what stays of it is told", () => {
  expect(describePlatform(platform)).toBe(
    "Helm release dynamo-platform in dynamo-system; its CRDs and its namespace stay",
  );
});

describe("the platform", () => {
  /** Whether it may go, or who needs it. */
  async function refusal(objects: readonly object[], answers: Parameters<typeof cluster>[0] = {}) {
    const { add, config } = await cluster(answers);
    add(...objects);
    return refusePlatformOfOthers(config, platform, owner).then(
      () => "it may go",
      (error: Error) => error.message,
    );
  }
  const own = object("DynamoGraphDeployment", "own", madeBy(owner));

  test.each<[string, object[]]>([
    ["has no graphs", []],
    [
      "has the stack's own, in whatever namespace",
      [own, object("DynamoGraphDeployment", "b", { ...madeBy(owner), namespace: "other" })],
    ],
    [
      "has what the operator makes of these",
      [own, object("DynamoComponentDeployment", "made", ownedBy("own"))],
    ],
    ["has what is not its operator's", [object("ConfigMap", "theirs", madeBy("theirs-2"))]],
  ])("may go where it %s", async (_, objects) => {
    expect(await refusal(objects)).toBe("it may go");
  });

  test.each<[string, object]>([
    ["DynamoGraphDeployment", object("DynamoGraphDeployment", "theirs", madeBy("theirs-2"))],
    ["DynamoGraphDeployment", object("DynamoGraphDeployment", "theirs")],
    ["DynamoGraphDeployment", object("DynamoGraphDeployment", "theirs", madeBy(owner, "kubectl"))],
    ["DynamoComponentDeployment", object("DynamoComponentDeployment", "theirs")],
    ["DynamoModel", object("DynamoModel", "theirs")],
  ])("stays, and the graphs with it, where others have a %s", async (kind, theirs) => {
    expect(await refusal([own, theirs])).toBe(
      `nothing was deleted: Helm release dynamo-platform in dynamo-system is the platform of what is not the stack's, too, which would be without an operator: ${kind} dynamo/theirs. Delete these first; or, where somebody else is to keep the platform, have the state forget it: \`pulumi state delete 'urn:a'\``,
    );
  });

  test("may go where the cluster knows no graphs", async () => {
    expect(await refusal([], { "GET /apis/nvidia.com": 404 })).toBe("it may go");
  });

  test("stays where it can't be known who needs it", async () => {
    expect(await refusal([own], { dynamographdeployments: 403 })).toMatch(
      /dynamographdeployments is forbidden/,
    );
  });
});

describe("what is beneath the platform", () => {
  const finalizers = ["nvidia.com/finalizer"];
  const [chat, forgotten] = ["chat", "forgotten"].map((name) =>
    object("DynamoGraphDeployment", name, madeBy(owner)),
  );
  const settings = object("ConfigMap", "settings", madeBy(owner));
  const component = object("DynamoComponentDeployment", "component", { finalizers, ...ownedBy("chat") });
  const all = [chat, forgotten, settings].flatMap((one) => one ?? []);

  /** A destruction in which the operator, once a graph is gone, does that. */
  async function destroy(operator: (find: Cluster["find"]) => void, timeout = 60_000) {
    const made = await cluster();
    made.add(...all, component);
    const log = jest.spyOn(console, "log").mockImplementation(() => {});
    const there = () => ["chat", "forgotten", "component"].filter((name) => made.find(kindOf(name), name));
    const order: unknown[] = [];
    const ending = await destroyBeneath(
      made.config,
      all,
      {
        destroyRest: async () => {
          order.push(["Pulumi", there()]);
        },
        find: async () => {
          order.push(["look", there()]);
          operator(made.find);
          return all;
        },
      },
      timeout,
    ).then(
      () => "all is gone",
      (error: Error) => error.message,
    );
    log.mockRestore();
    return { order, ending, there: there(), settings: made.find("ConfigMap", "settings") };
  }
  type Cluster = Awaited<ReturnType<typeof cluster>>;
  const kindOf = (name: string) =>
    name === "component" ? "DynamoComponentDeployment" : "DynamoGraphDeployment";

  test("goes by Pulumi, then the graphs that it does not know of, and is waited for", async () => {
    const found = await destroy((find) => {
      // By the operator it goes at once.
      delete find("DynamoComponentDeployment", "component")?.metadata?.finalizers;
    });
    const before = ["chat", "forgotten", "component"];
    expect(found).toMatchObject({
      order: [
        ["Pulumi", before],
        ["look", before],
      ],
      ending: "all is gone",
      there: [],
    });
    expect(found.settings).toBeDefined(); // Pulumi's second run, or the command, deletes it
  });

  test("and does not go is told: its operator must not go before", async () => {
    const { ending } = await destroy(() => {}, -1);
    expect(ending).toMatch(
      /^still there after .* s: DynamoComponentDeployment dynamo\/component \(held by nvidia\.com\/finalizer\)/,
    );
  });
});
