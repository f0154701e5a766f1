/** A frontend that streams to whoever asks: a token every 5 ms, as many as are asked for. Prints its address. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setInterval } from "node:timers/promises";

async function tokensAskedFor(request: IncomingMessage): Promise<number> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return JSON.parse(text).max_tokens;
}

const head = { id: "chatcmpl-0", object: "chat.completion.chunk", created: 0, model: "bench" };
const event = (chunk: object) => `data: ${JSON.stringify({ ...head, ...chunk })}\n\n`;
const token = event({
  choices: [{ index: 0, delta: { content: " word", role: "assistant" }, finish_reason: null }],
});
const end = event({ choices: [{ index: 0, delta: {}, finish_reason: "length" }] });

const server = createServer(async (request, response) => {
  const count = await tokensAskedFor(request);
  let sent = 0;
  for await (const _ of setInterval(5)) {
    response.write(token);
    if (++sent === count) break;
  }
  response.end(`${end}data: [DONE]\n\n`);
});
server.keepAliveTimeout = 0; // a bare client does not ask again where a connection of its pool was closed
server.listen(0, "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
