import { setTimeout } from "node:timers/promises";
import { withPodPort } from "../../../commands/verify/podPort";
import { readFrontends } from "../../../commands/verify/readFrontends";
import { Unread } from "../../../commands/verify/reading";
import { fakeFrontend } from "../frontend/fakeFrontend";
import { fakeCluster } from "../stack/fakeCluster";

const reasons = async (pods: Record<string, number>) =>
  (await readFrontends(fakeCluster({ pods }), "dynamo", "chat-frontend")).map(({ models }) => models);

test("a frontend is asked, one that is leaving or not Ready and silent is not told of", async () => {
  const { url, close } = await fakeFrontend();
  expect(await reasons({ "chat-0": Number(new URL(url).port) })).toEqual([["tiny"]]);
  await close();
});

test("why a pod takes no tunnel is told", async () => {
  expect(await reasons({ "chat-0": 0 })).toEqual([new Unread("frontend chat-0: no pod chat-0", false)]);
});

test("a pod that closes is named, and not a port of this machine", async () => {
  expect(await reasons({ "chat-0": 1 })).toEqual([
    new Unread("frontend chat-0: chat-0:8000 closed the connection without an answer", false),
  ]);
});

test("what becomes known of a tunnel after its user has given up is told too", async () => {
  const cluster = fakeCluster();
  const begun = new Promise<void>((resolve) => {
    cluster.tunnel = async () => {
      resolve();
      await setTimeout(50);
      throw new Error("connection refused in the pod");
    };
  });
  const impatient = withPodPort(cluster, { namespace: "dynamo", name: "chat-0" }, 8000, async (url) => {
    void fetch(url).catch(() => {}); // ends with the port
    await begun;
    throw new Error("I have waited long enough");
  });
  await expect(impatient).rejects.toThrow("connection refused in the pod");
});
