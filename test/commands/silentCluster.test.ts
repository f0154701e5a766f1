/** An API server that takes connections, and says nothing: no command waits for it for long. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { run } from "./command";
import { outputs, surroundings } from "./surroundings";

const { fakePulumi, kubeconfig } = surroundings();
const sockets: Socket[] = [];
const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
afterAll(() => {
  server.close();
  for (const socket of sockets) socket.destroy();
});

/** Waits last a twentieth of what they are. */
const { timeout } = AbortSignal;
const waits = jest.spyOn(AbortSignal, "timeout");
waits.mockImplementation((ms) => timeout.call(AbortSignal, ms / 20));

/** Progress of the command that asks again. */
const asksAgain = /asking again \(5 of 5\)\n$/;

test.each([
  ["verify", /^$/],
  ["smoke", /^$/],
  ["traffic", /^$/],
  ["destroy", asksAgain],
])("%s says so, and ends", async (command, progress) => {
  if (!server.listening) await once(server, "listening");
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fakePulumi(outputs);
  kubeconfig({ server: address });
  const { code, stdout, stderr } = await run(command, "--stack", "dev");
  expect(stderr).toMatch(/^error: .*: the API server https:\S+ does not answer within 10 s$/m);
  expect(stderr).toContain(address);
  expect([code, stdout]).toEqual([1, expect.stringMatching(progress)]);
  expect(waits.mock.calls.every(([ms]) => ms === 10_000)).toBe(true);
});
