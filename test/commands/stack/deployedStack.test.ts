import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { UserError } from "../../../commands/cli/userError";
import {
  deployedGraph,
  deployedStack,
  parseOutputs,
  outputs as schema,
} from "../../../commands/stack/deployedStack";

const directory = mkdtempSync(join(tmpdir(), "pulumi-"));
const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A CLI that says what Pulumi's says. */
function pulumi({ stdout = "", stderr = "", code = 0 }): void {
  const file = join(directory, "pulumi");
  writeFileSync(
    file,
    `#!/bin/sh\ncat <<'END'\n${stdout}\nEND\ncat >&2 <<'END'\n${stderr}\nEND\nexit ${code}\n`,
  );
  chmodSync(file, 0o755);
  process.env.PATH = [directory, PATH].join(delimiter);
}

const outputs = {
  discoveryMode: "kubernetes",
  runtime: "0.8.1",
  endpoints: { chat: "http://<any node>:30200" },
  graphs: {
    chat: {
      deployment: "chat",
      namespace: "dynamo",
      model: "Qwen/Qwen2.5-1.5B-Instruct",
      service: "chat-frontend-np",
      expose: "NodePort",
    },
  },
  gpus: { total: 2 },
};

test("a deployed stack has its graphs, and the context that its config names", async () => {
  pulumi({ stdout: JSON.stringify(outputs) });
  expect(await deployedStack("dev")).toEqual({
    name: "dev",
    discoveryMode: "kubernetes",
    runtime: "0.8.1",
    graphs: [{ name: "chat", endpoint: "http://<any node>:30200", ...outputs.graphs.chat }],
    context: undefined,
  });
});

test("a graph that another one's frontends serve is reached by these", () => {
  const { chat } = outputs.graphs;
  const graphs = {
    chat: { ...chat, expose: "NodePort" as const },
    code: { deployment: "code", namespace: "dynamo", model: "coder", expose: "ClusterIP" as const },
  };
  const found = { graphs, endpoints: outputs.endpoints };
  expect(deployedGraph("code", "chat", found)).toEqual([
    {
      name: "code",
      deployment: "code",
      namespace: "dynamo",
      model: "coder",
      service: "chat-frontend-np",
      expose: "NodePort",
      endpoint: "http://<any node>:30200",
    },
  ]);
  expect(deployedGraph("code", "code", found)).toEqual([]);
});

test.each([
  ["that are not there", {}, "stack dev is not deployed yet: run `pulumi up --stack dev`"],
  [
    "of an earlier version of the program",
    { ...outputs, graphs: undefined, runtime: undefined },
    "stack dev was deployed by another version of this program (its outputs lack runtime, graphs): run `pulumi up --stack dev`",
  ],
  [
    "of a later version of the program",
    { ...outputs, graphs: { chat: { ...outputs.graphs.chat, expose: "Pigeon" } } },
    /another version of this program \(its outputs lack graphs\.chat\.expose\)/,
  ],
])("outputs %s are told with what to do", (_, found, message) => {
  const attempt = () => parseOutputs("dev", found, schema);
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(message);
});

// Texts of the CLI 3.259.
test.each([
  [
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    "the Pulumi CLI is not logged in: run `pulumi login` for the backend that keeps the stack",
  ],
  [
    "error: no stack named 'dev' found",
    "the backend has no stack dev: `pulumi stack ls` lists its stacks, `pulumi whoami --verbose` names it",
  ],
  [
    'warning: A new version is there\nerror: unable to open state directory "file:///x": no such file',
    'the outputs of stack dev can\'t be read: unable to open state directory "file:///x": no such file',
  ],
])("%s", async (stderr, message) => {
  pulumi({ stderr, code: 255 });
  const attempt = deployedStack("dev");
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow(message);
});

test("a missing CLI is told with where to get it", async () => {
  process.env.PATH = directory.replace("pulumi-", "nothing-");
  await expect(deployedStack("dev")).rejects.toThrow(
    /^the Pulumi CLI is not on PATH: install it from https:\S+$/,
  );
});

test("a stack without a file is told as other commands tell it", async () => {
  await expect(deployedStack("nope")).rejects.toThrow('there is no stack "nope": write one of dev, prod');
});
