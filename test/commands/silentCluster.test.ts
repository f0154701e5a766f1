/** An API server that takes connections, and says nothing: no command waits for it for long. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { run } from "./command";
import { outputs, surroundings } from "./surroundings";

jest.setTimeout(60_000);

const { fakePulumi, kubeconfig } = surroundings();
const sockets: Socket[] = [];
const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
afterAll(() => {
  server.close();
  for (const socket of sockets) socket.destroy();
});

test("each command says so, and ends", async () => {
  await once(server, "listening");
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fakePulumi(outputs);
  kubeconfig({ server: address });
  const began = Date.now();
  const commands = ["verify", "smoke", "traffic", "destroy"];
  const ends = await Promise.all(commands.map((command) => run(command, "--stack", "dev")));
  for (const { code, stdout, stderr } of ends) {
    expect(stderr).toMatch(/^error: .*: the API server https:\S+ does not answer within 10 s$/m);
    expect(stderr).toContain(address);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([code, stdout]).toEqual([1, ""]);
  }
  expect(Date.now() - began).toBeLessThan(40_000);
});
