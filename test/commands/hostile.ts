/** Servers that answer what nobody expects, and what a command must not make of it. */
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ending } from "./command";

/** What a terminal would obey: colours, the window's title, a cleared screen, the direction of the text. */
export const obeyed = "\u001b[31mRED\u001b[0m\u001b]0;pwned\u0007\u001b[2J\u009b31m\u202egnp";

/** Writes as long as anybody reads. */
export function endless(response: ServerResponse, piece: string | Buffer): void {
  const write = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", write);
  };
  write();
}

/** Starts a server that ends with the tests. @returns its address */
export function servers(): (listener: RequestListener) => Promise<string> {
  const open: { close(): void }[] = [];
  afterAll(() => {
    for (const each of open) each.close();
  });
  return async (listener) => {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push({
      close() {
        server.close();
        server.closeAllConnections();
      },
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}

/** Expects a command to end in order, with nothing in its output but what can be seen, and not too much of that. */
export function expectOrder({ stdout, stderr }: Ending): void {
  for (const output of [stdout, stderr]) {
    expect(output).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
    expect(output).not.toMatch(/^ +at .*:\d+/m);
    expect(output.length).toBeLessThan(20_000);
  }
}
