import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { frontendClient } from "../../../commands/frontend/client";
import { RequestFailure } from "../../../commands/frontend/failure";
import {
  answers,
  type Chat,
  event,
  type FakeFrontend,
  fakeFrontend,
  finish,
  refuses,
  streams,
  token,
} from "./fakeFrontend";

const open: { close(): unknown }[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

async function start(chat?: Chat, models?: readonly string[]): Promise<FakeFrontend> {
  const frontend = await fakeFrontend(chat, models);
  open.push(frontend);
  return frontend;
}

/** Waits for half a second at most. */
function clientOf(url: string, timeout = 500) {
  const client = frontendClient(url, { timeout });
  open.push(client);
  return client;
}

const request = { model: "tiny", prompt: "hello there", outputTokens: 5 };

test("a plain answer has its text, its tokens and its time", async () => {
  const { url } = await start();
  const answer = await clientOf(url).chat(request);
  expect(answer).toEqual({
    text: "word word word word word ",
    outputTokens: 5,
    promptTokens: 14,
    cachedTokens: 2,
    latency: expect.any(Number),
  });
});

test("a streamed answer is timed by its first and its last token, not by what comes before and after", async () => {
  const { url } = await start(
    streams(async (response) => {
      event(response, { choices: [{ delta: { role: "assistant", content: "" } }] });
      // Far apart: a busy machine may hold up any of them.
      setTimeout(token, 100, response);
      setTimeout(token, 700, response);
      setTimeout(finish, 1_700, response, { prompt_tokens: 14, completion_tokens: 2 });
    }),
  );
  const { timeToFirstToken, latency, outputTokens } = await clientOf(url, 5_000).stream(request);
  expect(outputTokens).toBe(2);
  expect(timeToFirstToken).toBeGreaterThan(95);
  expect(latency - timeToFirstToken).toBeGreaterThan(200);
  expect(latency).toBeLessThan(1_600);
});

test("tokens of a stream are counted where the frontend does not count them", async () => {
  const { url } = await start(
    streams((response) => {
      for (let i = 0; i < 3; i++) token(response);
      event(response, { choices: [{ delta: {}, finish_reason: "stop" }] });
      response.end();
    }),
  );
  expect(await clientOf(url).stream(request)).toMatchObject({ outputTokens: 3, promptTokens: undefined });
});

test("a request that must have all its tokens says so to the engine", async () => {
  const frontend = await start();
  await clientOf(frontend.url).stream({ ...request, exactly: true });
  expect(frontend.asked).toMatchObject([{ max_tokens: 5, min_tokens: 5, ignore_eos: true, stream: true }]);
});

test("a connection that the server closed while it was idle is no failure", async () => {
  const { url } = await start((response, asked, index) => {
    response.on("finish", () => setImmediate(() => response.socket?.destroy()));
    return answers()(response, asked, index);
  });
  const client = clientOf(url);
  for (let i = 0; i < 5; i++) expect((await client.chat(request)).outputTokens).toBe(5);
});

test("all connections that were closed while they were idle are none either", async () => {
  const frontend = await start();
  const client = clientOf(frontend.url);
  await Promise.all([1, 2, 3].map(() => client.chat(request)));
  frontend.disconnect();
  expect((await client.chat(request)).outputTokens).toBe(5);
});

describe("what fails, and how it is told", () => {
  const tokensThen = (then: (response: Parameters<Chat>[0]) => unknown) =>
    streams((response) => {
      for (let i = 0; i < 3; i++) token(response);
      setTimeout(then, 50, response);
    });

  test.each<[string, Chat, string, RegExp]>([
    ["an error", refuses(500, "no instance"), "HTTP 500", /^HTTP 500: no instance$/],
    [
      "an error of a proxy",
      (response) => response.writeHead(502).end("<h1>Bad\nGateway</h1>"),
      "HTTP 502",
      /^HTTP 502: <h1>Bad Gateway<\/h1>$/,
    ],
    [
      "an unknown model",
      refuses(404, "Model not found"),
      "model missing",
      /404: the frontend does not know the model \(Model not found\)/,
    ],
    [
      "no model at all",
      (response) => response.writeHead(404).end(),
      "model missing",
      /404: the frontend does not know the model$/,
    ],
    ["no answer", () => {}, "timeout", /^no answer within 0.5 s$/],
    [
      "a stream that never begins",
      streams((response) => response.flushHeaders()),
      "stalled stream",
      /stalled: nothing more within 0.5 s$/,
    ],
    [
      "a stream that stalls",
      tokensThen(() => {}),
      "stalled stream",
      /stalled: nothing more within 0.5 s \(after 3 tokens\)$/,
    ],
    [
      "a stream with nothing but comments",
      streams((response) => setInterval(() => response.write(": wait\n\n"), 50).unref()),
      "stalled stream",
      /stalled/,
    ],
    [
      "a stream that never ends",
      streams((response) => setInterval(token, 50, response).unref()),
      "stalled stream",
      /within 0.5 s \(after \d+ tokens\)$/,
    ],
    [
      "a connection that is cut",
      tokensThen((response) => response.socket?.destroy()),
      "stream cut",
      /cut in the middle of the answer \(after 3 tokens\)$/,
    ],
    [
      "a connection that is half closed",
      tokensThen((response) => response.socket?.end()),
      "stream cut",
      /\(after 3 tokens\)$/,
    ],
    [
      "a stream that ends too soon",
      tokensThen((response) => response.end()),
      "stream cut",
      /the stream ended before the answer did \(after 3 tokens\)$/,
    ],
    [
      "a worker that goes, as 0.8 says it",
      tokensThen((response) =>
        response.end("event: error\n: Stream ended before generation completed\n\ndata: [DONE]\n\n"),
      ),
      "stream cut",
      /the stream ended before the answer did: Stream ended before generation completed \(after 3 tokens\)$/,
    ],
    [
      "a worker that goes, as 1.6 says it",
      tokensThen((response) =>
        response.end('data: {"error":{"message":"Service temporarily unavailable"}}\n\ndata: [DONE]\n\n'),
      ),
      "stream cut",
      /the frontend cut the stream: Service temporarily unavailable \(after 3 tokens\)$/,
    ],
    [
      "no connection kept",
      (response) => response.socket?.destroy(),
      "connection cut",
      /closed the connection without an answer$/,
    ],
    [
      "an answer without text",
      streams((response) => finish(response, { prompt_tokens: 1, completion_tokens: 0 })),
      "empty answer",
      /no text/,
    ],
    [
      "a stream of something else",
      streams((response) => event(response, "<html>")),
      "no OpenAI API",
      /no chunk: <html>/,
    ],
  ])("%s", async (_, chat, kind, message) => {
    const { url } = await start(chat);
    const begin = Date.now();
    const failure = await clientOf(url)
      .stream(request)
      .catch((error) => error);
    expect(failure).toBeInstanceOf(RequestFailure);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(message);
    expect(Date.now() - begin).toBeLessThan(2_000);
  });

  /** Failures to list the models. */
  const listing = (url: string) =>
    clientOf(url)
      .models()
      .catch((error) => error);

  test("nothing that listens", async () => {
    const frontend = await start();
    await frontend.close();
    expect(await listing(frontend.url)).toMatchObject({
      kind: "connection refused",
      message: expect.stringMatching(/^127.0.0.1:\d+ refuses connections: nothing listens there$/),
    });
  });

  test("a name that is not known", async () => {
    expect(await listing("http://nowhere.invalid")).toMatchObject({ kind: "unreachable" });
  });

  test("another server's port", async () => {
    const { url } = await start();
    expect(await listing(`${url}/metrics`)).toMatchObject({
      kind: "no OpenAI API",
      message: expect.stringMatching(/has no \/v1\/models as a frontend has .*is it the frontend's port\?/),
    });
  });

  test.each([
    ["speaks another protocol", (socket: Socket) => void socket.end("INFO {}\r\n")],
    ["closes at once", (socket: Socket) => void socket.end()],
    ["says nothing", () => {}],
  ])("a server that %s", async (_, onConnection) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on("error", () => {}));
      onConnection(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push({ close: () => [server.close(), ...sockets.map((socket) => socket.destroy())] });
    const failure = await listing(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(["no OpenAI API", "connection cut", "timeout"]).toContain(failure.kind);
  });
});

test("what a signal aborts ends with its reason", async () => {
  const { url } = await start(() => {});
  const controller = new AbortController();
  const asked = clientOf(url).stream({ ...request, signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await expect(asked).rejects.toThrow("enough");
});
