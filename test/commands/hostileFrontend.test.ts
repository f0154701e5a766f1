/** Frontends that answer what no frontend does: each command says so in a line, and ends. */
import type { RequestListener, ServerResponse } from "node:http";
import { run } from "./command";
import { endless, expectOrder, obeyed, servers } from "./hostile";

const start = servers();

const listed = JSON.stringify({ data: [{ id: "m" }] });
const plain = JSON.stringify({ choices: [{ message: { content: "hi" } }] });

/** Lists a model, and answers chat completions so. */
const chats =
  (
    streamed: (response: ServerResponse) => void,
    otherwise: (response: ServerResponse) => void,
  ): RequestListener =>
  (request, response) => {
    if (request.url === "/v1/models") return response.end(listed);
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => (body.includes('"stream":true') ? streamed(response) : otherwise(response)));
  };
const streams = (text: string) =>
  chats(
    (response) => response.end(text),
    (response) => response.end(plain),
  );
const refuses = (status: number, body: string) => {
  const refuse = (response: ServerResponse) => void response.writeHead(status).end(body);
  return chats(refuse, refuse);
};
const token = `data: ${JSON.stringify({ choices: [{ delta: { content: "x" } }] })}\n\n`;

const hostile: Readonly<Record<string, { answers: RequestListener; says: RegExp }>> = {
  "bytes that are no text": {
    answers: (_, response) => response.end(Buffer.from([0xff, 0xfe, 0, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xc3])),
    says: /has no \/v1\/models/,
  },
  "a list without an end": {
    answers: (_, response) => endless(response, Buffer.alloc(1 << 16, "a")),
    says: /too long: it has more than 4096 KiB/,
  },
  "a failure without an end": {
    answers: (_, response) => endless(response.writeHead(500), Buffer.alloc(1 << 16, "a")),
    says: /HTTP 500: aaa/,
  },
  "50,000 models": {
    answers: (_, response) =>
      response.end(JSON.stringify({ data: Array.from({ length: 50_000 }, (_, i) => ({ id: `${i}` })) })),
    says: /does not list asked, but 0, 1, 2, 3, 4, 5, 6, 7 and 49992 more/,
  },
  "models with escapes": {
    answers: (_, response) => response.end(JSON.stringify({ data: [{ id: obeyed }] })),
    says: /does not list asked, but REDgnp/,
  },
  "lists of lists of lists": {
    answers: (_, response) => response.end("[".repeat(1e5) + "]".repeat(1e5)),
    says: /has no \/v1\/models/,
  },
  "another address with escapes": {
    answers: (_, response) => response.writeHead(302, { location: "http://evil.example/%1b[31m" }).end(),
    says: /HTTP 302: the frontend is at http:\/\/evil\.example/,
  },
  "a body that drips": {
    answers: (_, response) => {
      const timer = setInterval(() => response.write(" "), 100);
      response.on("close", () => clearInterval(timer));
    },
    says: /stalled: nothing more within 2 s/,
  },
};

test.each(Object.entries(hostile))("%s in the place of models", async (_, { answers, says }) => {
  const url = await start(answers);
  for (const command of ["smoke", "traffic"]) {
    const ended = await run(command, "--url", url, "--model", "asked", "--timeout", "2");
    expectOrder(ended);
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(says)]);
  }
});

const streamed: Readonly<Record<string, { answers: RequestListener; says: RegExp }>> = {
  "404 with escapes": {
    answers: refuses(404, JSON.stringify({ message: `model ${obeyed}` })),
    says: /\(model REDgnp\)/,
  },
  "500 with a long message": {
    answers: refuses(500, JSON.stringify({ message: obeyed + "x".repeat(10_000) })),
    says: /HTTP 500: REDgnpx{200,300}…/,
  },
  "an error in a stream": {
    answers: streams(`data: ${JSON.stringify({ error: { message: obeyed } })}\n\n`),
    says: /cut the stream: REDgnp/,
  },
  "an event without an end": {
    answers: chats(
      (response) => {
        response.write("data: ");
        endless(response, Buffer.alloc(1 << 16, "a"));
      },
      (response) => response.end(plain),
    ),
    says: /too long: it has more than 1024 KiB/,
  },
  "tokens without an end": {
    answers: chats(
      (response) => endless(response, token.repeat(500)),
      (response) => response.end(plain),
    ),
    says: /too long: it has more than 1120 KiB \(after \d+ tokens\)/,
  },
  ...Object.fromEntries(
    [
      "null",
      "5",
      '{"choices":[null]}',
      '{"choices":{"0":{"delta":{}}}}',
      '{"choices":[{"delta":{"content":{"a":1}}}]}',
      '{"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}],"usage":{"completion_tokens":"many","prompt_tokens":-1}}',
      `${obeyed}<html>`,
    ].map((data) => [
      `a chunk that is ${JSON.stringify(data)}`,
      { answers: streams(`data: ${data}\n\ndata: [DONE]\n\n`), says: /the stream has what is no chunk: / },
    ]),
  ),
};

test.each(Object.entries(streamed))("%s in the place of an answer", async (_, { answers, says }) => {
  const url = await start(answers);
  const asked = await run("smoke", "--url", url, "--timeout", "5");
  expectOrder(asked);
  expect([asked.code, asked.stderr]).toEqual([1, expect.stringMatching(says)]);
});

test("an answer with escapes is shown without", async () => {
  const content = obeyed.repeat(100);
  const chunk = JSON.stringify({ choices: [{ delta: { content }, finish_reason: "stop" }] });
  const url = await start(
    chats(
      (response) => response.end(`data: ${chunk}\n\ndata: [DONE]\n\n`),
      (response) => response.end(JSON.stringify({ choices: [{ message: { content } }] })),
    ),
  );
  for (const format of [[], ["--json"]]) {
    const ended = await run("smoke", "--url", url, ...format);
    expectOrder(ended);
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining("REDgnpREDgnp")]);
  }
});
