/** A platform goes last, and only where nobody else needs its operator. */

import { deleteObjects } from "../../../commands/destroy/leftovers";
import { describePlatform, destroyBeneath, refusePlatformOfOthers } from "../../../commands/destroy/platform";
import { isMadeBy } from "../../../plan/owner";
import { clusters } from "../../apiServer";
import { madeBy } from "../../madeBy";
import { object, ownedBy, owner } from "./objects";

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
  const graph = (name: string, metadata: object = {}) =>
    object("DynamoGraphDeployment", name, { ...madeBy(owner), ...metadata });
  const made = (metadata: object = {}) =>
    object("DynamoComponentDeployment", "component", { ...ownedBy("chat"), ...metadata });
  const names = ["chat", "forgotten", "component", "pod", "settings"];

  /** What is there when Pulumi runs, when the stack's objects are looked for again, and in the end. */
  async function destroy(
    objects: readonly ReturnType<typeof object>[],
    timeout: number,
    byPulumi: readonly object[] = [],
  ) {
    const { add, find, config } = await cluster();
    add(...objects);
    const log = jest.spyOn(console, "log").mockImplementation(() => {});
    const there = () =>
      names.filter((name) => objects.some((one) => one.metadata.name === name && find(one.kind, name)));
    const steps: string[][] = [];
    const looks = {
      destroyRest: async () => {
        steps.push(["Pulumi", ...there()]);
        await deleteObjects(config, byPulumi);
      },
      find: async () => {
        steps.push(["look", ...there()]);
        return objects.filter((one) => isMadeBy(one, owner));
      },
    };
    const found = objects.filter((one) => isMadeBy(one, owner));
    const end = await destroyBeneath(config, found, looks, timeout).then(
      () => "all is gone",
      (error: Error) => error.message,
    );
    log.mockRestore();
    return { steps, end, left: there() };
  }

  test("goes by Pulumi; then the graphs go that it does not know of, and nothing else", async () => {
    const settings = object("ConfigMap", "settings", madeBy(owner));
    const chat = graph("chat");
    expect(await destroy([chat, graph("forgotten"), made(), settings], 60_000, [chat])).toEqual({
      steps: [
        ["Pulumi", "chat", "forgotten", "component", "settings"],
        ["look", "forgotten", "settings"],
      ],
      end: "all is gone",
      left: ["settings"],
    });
  });

  test.each([
    ["a graph", [graph("chat", { finalizers })], "DynamoGraphDeployment dynamo/chat"],
    [
      "what a graph owns",
      [graph("chat"), made({ finalizers })],
      "DynamoComponentDeployment dynamo/component",
    ],
    [
      "what it owned by something that Pulumi's deletion took along",
      [graph("chat"), made(), object("Pod", "pod", { finalizers, ...ownedBy("component") })],
      "Pod dynamo/pod",
    ],
  ])("is waited for while the operator holds %s", async (_, objects, held) => {
    const { end } = await destroy(objects, -1, objects.slice(0, 1));
    expect(end).toContain(`${held} (held by nvidia.com/finalizer)`);
  });
});
