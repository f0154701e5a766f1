import { run } from "./command";
import { type Chat, type FakeFrontend, fakeFrontend, refuses, streams, token } from "./frontend/fakeFrontend";

const frontends: FakeFrontend[] = [];
afterEach(() => Promise.all(frontends.splice(0).map((each) => each.close())));

/** Asks a frontend that behaves so. */
async function smoke(chat?: Chat, models?: readonly string[], ...args: string[]) {
  const frontend = await fakeFrontend(chat, models);
  frontends.push(frontend);
  return run("smoke", "--url", frontend.url, ...args);
}

test("a frontend that answers is shown with its words, its tokens and its times", async () => {
  const { code, stdout, stderr } = await smoke();
  expect(code).toBe(0);
  expect(stdout).toMatch(/tiny +│ plain +│ word word .*… +│ +24 │ +│ +\d+ ms/);
  expect(stdout).toMatch(/tiny +│ streamed +│ word word .*… +│ +24 │ +\d+ ms │ +\d+ ms/);
  expect(stderr).toMatch(/^127\.0\.0\.1:\d+: http:\/\/127\.0\.0\.1:\d+, as --url says$/m);
});

test("--json is for machines", async () => {
  const { stdout } = await smoke(undefined, ["a", "b"], "--json", "--model", "b");
  expect(JSON.parse(stdout)).toMatchObject([
    {
      model: "b",
      plain: { outputTokens: 24, latency: expect.any(Number) },
      streamed: { outputTokens: 24, timeToFirstToken: expect.any(Number) },
    },
  ]);
});

test("a frontend without a model is told with what to look at", async () => {
  const { code, stdout, stderr } = await smoke(undefined, []);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(
    /^error: \S+: the frontend lists no model: no worker is registered with it\. Look whether workers run and are Ready.* docs\/runbooks\/DynamoNoWorker\.md$/m,
  );
});

test("another model than the one asked for is told with those that are there", async () => {
  const { code, stderr } = await smoke(undefined, ["a", "b"], "--model", "c");
  expect(code).toBe(1);
  expect(stderr).toContain("the frontend does not list c, but a, b: ");
});

test.each<[string, Chat, RegExp[]]>([
  [
    "fails",
    refuses(500, "no instance"),
    [/^error: \S+, plain: HTTP 500: no instance$/m, /^ +\S+, streamed: HTTP 500: no instance$/m],
  ],
  [
    "stalls in its stream",
    streams((response) => token(response)),
    [/^error: \S+, streamed: the answer began and stalled: nothing more within 0\.5 s \(after 1 tokens\)$/m],
  ],
  [
    "says nothing",
    () => {},
    [/^error: \S+, plain: no answer within 0\.5 s$/m, /^ +\S+, streamed: no answer within 0\.5 s$/m],
  ],
])("a frontend that %s is shown with what works, and ends with 1", async (_, chat, messages) => {
  const { code, stdout, stderr } = await smoke(chat, undefined, "--timeout", "0.5");
  expect(code).toBe(1);
  expect(stdout).toMatch(/streamed +│ failed/);
  for (const message of messages) expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("an address that is none, and one that nothing listens at, are told", async () => {
  const none = await run("smoke", "--url", "frontend:8000");
  expect(none).toMatchObject({ code: 1, stdout: "" });
  expect(none.stderr).toContain(
    "--url must be an address such as http://127.0.0.1:8000, found frontend:8000",
  );
  const nobody = await run("smoke", "--url", "http://127.0.0.1:1");
  expect(nobody).toMatchObject({ code: 1, stdout: "" });
  expect(nobody.stderr).toContain("127.0.0.1:1 refuses connections: nothing listens there");
});
