import { UserError } from "../../../commands/cli/userError";
import { frontendClient } from "../../../commands/frontend/client";
import { portForward } from "../../../commands/stack/portForward";
import { answers, type FakeFrontend, fakeFrontend } from "../frontend/fakeFrontend";
import { fakeCluster } from "./fakeCluster";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
const kept = <T extends { close(): unknown }>(each: T): T => {
  open.push(each);
  return each;
};

const portOf = ({ url }: FakeFrontend) => Number(new URL(url).port);
const request = { model: "tiny", prompt: "hello", outputTokens: 5 };

async function start(pods: Record<string, number>) {
  const cluster = fakeCluster({ pods });
  const forward = kept(await portForward(cluster, "dynamo", "chat-frontend"));
  const client = kept(frontendClient(forward.url, { timeout: 30_000, keepAlive: false }));
  return { cluster, forward, client };
}

test("carries 200 streams at once, spread over the Ready pods", async () => {
  const [one, other] = [
    kept(await fakeFrontend(answers({ first: 300 }))),
    kept(await fakeFrontend(answers({ first: 300 }))),
  ];
  const { client, cluster, forward } = await start({ "chat-0": portOf(one), "chat-1": portOf(other) });
  const questions = jest.spyOn(cluster, "endpointSlices");
  expect(forward.pods).toEqual(["chat-0", "chat-1"]);
  const begin = Date.now();
  const streams = await Promise.all(Array.from({ length: 200 }, () => client.stream(request)));
  expect(streams.map(({ outputTokens }) => outputTokens)).toEqual(Array(200).fill(5));
  expect([one.asked.length, other.asked.length]).toEqual([100, 100]);
  expect(questions.mock.calls.length).toBeLessThan(40); // for those that begin together there is one
  expect(Date.now() - begin).toBeLessThan(30_000); // one after the other they would take a minute
});

test("goes to another pod where one takes no tunnel, and to those that came after", async () => {
  const frontend = kept(await fakeFrontend());
  const { client, cluster } = await start({ gone: 0, "chat-1": portOf(frontend) });
  await client.chat(request);
  expect(cluster.asked).toEqual(["gone", "chat-1"]);
  cluster.pods = { "chat-2": portOf(frontend) };
  await client.chat(request); // chat-1 is in the list that was read last
  expect(cluster.asked.at(-1)).toBe("chat-2");
});

test("says why it carries nothing", async () => {
  const { client, forward } = await start({ "chat-0": 0 });
  expect(forward.trouble()).toBeUndefined();
  await expect(client.chat(request)).rejects.toMatchObject({ kind: "connection cut" });
  expect(forward.trouble()).toBe("no pod chat-0");
});

test("ends a connection where the API server ends the tunnel, and says what that said", async () => {
  const { client, cluster, forward } = await start({ "chat-0": 1 });
  cluster.tunnel = async () => ({ ended: Promise.resolve("connection refused in the pod"), close() {} });
  await expect(client.chat(request)).rejects.toMatchObject({ kind: "connection cut" });
  expect(forward.trouble()).toBe("connection refused in the pod");
});

test("ends a tunnel where the client goes", async () => {
  const { client, cluster } = await start({ "chat-0": 1 });
  const closed: Promise<void> = new Promise((resolve) => {
    cluster.tunnel = async (_pod, _port, socket) => {
      socket.resume(); // as a tunnel reads it
      return { ended: closed.then(() => ""), close: resolve };
    };
  });
  const controller = new AbortController();
  const asked = client.chat({ ...request, signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await expect(asked).rejects.toThrow("enough");
  await closed;
});

test("does not begin without a Ready pod", async () => {
  await expect(portForward(fakeCluster(), "dynamo", "chat-frontend")).rejects.toThrow(UserError);
});
