/** Secrets in every place that has one, and in places that should not: no output, file, comment, message or process's argument has them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { comment } from "../../commands/preview/comment";
import { compare } from "../../commands/preview/comparison";
import { manifestFiles, writeManifests } from "../../commands/preview/manifests";
import { readPolicySettings } from "../../commands/preview/policySettings";
import { previewStack } from "../../commands/preview/previewStack";
import { describePlan } from "../../commands/preview/report";
import { parseConfig } from "../../config/parse";
import { toJson } from "../../config/printable";
import { readStack } from "../../config/project";
import { examples } from "../examples/examples";
import { contents } from "../golden";
import { inStateOfItsOwn } from "../pulumiState";
import { run } from "./command";
import { servers } from "./hostile";
import { outputs, surroundings } from "./surroundings";

const token = `hf_${"Planted".repeat(5)}`;
const password = "planted-password-1";
const planted = [token, password];
const dir = mkdtempSync(join(tmpdir(), "planted-"));
afterAll(() => rmSync(dir, { recursive: true }));

const expectNone = (text: string, secrets: readonly string[] = planted) => {
  for (const secret of secrets) expect(text).not.toContain(secret);
};

test("a preview has none, in all that it prints and writes", async () => {
  const config = {
    "dynamo:discovery": JSON.stringify({ mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } }),
    "dynamo:graphs": JSON.stringify([{ name: "a", model: "m", huggingFaceSecret: "hf" }]),
    "dynamo:huggingFaceToken": token,
  };
  const secretKeys = ["dynamo:huggingFaceToken"];
  const settings = parseConfig("dynamo", "test", config, (key) => secretKeys.includes(key));
  const { setMocks } = pulumi.runtime;
  const generated: string[] = [];
  const mocks = jest.spyOn(pulumi.runtime, "setMocks").mockImplementation((mocks, ...rest) =>
    setMocks(
      {
        ...mocks,
        newResource(args) {
          const made = mocks.newResource(args) as { id: string; state: object };
          if (!args.type.startsWith("random:")) return made;
          generated.push(args.name);
          return { ...made, state: { result: password } };
        },
      },
      ...rest,
    ),
  );
  const plan = await inStateOfItsOwn(() =>
    previewStack(
      { project: "dynamo", name: "test", config, secretKeys, settings },
      readPolicySettings("test"),
      {},
    ),
  );
  mocks.mockRestore();
  expect(generated.length).toBeGreaterThan(3); // the passwords were planted
  const comparison = compare({ before: undefined, files: new Map() }, plan);
  writeManifests(join(dir, "out"), manifestFiles(plan.resources), plan.summary);
  const files = Object.values(contents(join(dir, "out"))).join();
  expect(files).toContain("[secret]");
  for (const text of [
    files,
    comment(plan, comparison),
    describePlan(plan.summary, comparison),
    toJson({ ...plan.summary, comparison, resources: plan.resources }),
  ])
    expectNone(text);
});

/** Values of a config with the text in the place of each part, once for each key. */
function* withText(text: string): Generator<[key: string, values: Record<string, string>]> {
  const seen = new Set<string>();
  for (const { values } of examples)
    for (const [name, json] of Object.entries(values))
      for (const [key, value] of replaced(JSON.parse(json), text)) {
        const path = `${name}${key}`.replaceAll(/\d+/g, "*");
        if (seen.has(path)) continue;
        seen.add(path);
        yield [name, { ...values, [name]: typeof value === "string" ? value : JSON.stringify(value) }];
      }
}

function* replaced(value: unknown, text: string): Generator<[key: string, value: unknown]> {
  yield ["", text];
  if (value === null || typeof value !== "object") return;
  for (const [key, item] of Object.entries(value))
    for (const [path, changed] of replaced(item, text)) {
      const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
      copy[key] = changed;
      yield [`.${key}${path}`, copy];
    }
}

const messageOf = (values: Record<string, string>, isSecret: (key: string) => boolean): string => {
  try {
    parseConfig("dynamo", "test", values, isSecret);
    return "";
  } catch (error) {
    return String((error as Error).message);
  }
};

test("what is encrypted in the stack's file is refused in every setting, and not repeated", () => {
  for (const [name, values] of withText(password)) {
    const message = messageOf(values, (key) => key === name);
    expect(message).toContain("can't be secret");
    expectNone(message);
  }
});

test("a token in plain text is refused in every setting, and not repeated", () => {
  let places = 0;
  for (const [, values] of withText(token)) {
    const message = messageOf(values, () => false);
    expect(message).toMatch(/is a secret in plain text: .* revoke this one → at dynamo:/);
    expectNone(message);
    places++;
  }
  expect(places).toBeGreaterThan(100);
});

test.each([
  ["an argument", { args: [`--api-key=${password}`] }],
  ["arguments", { args: ["--hf-token", password] }],
  ["a variable", { env: [{ name: "DB_PASSWORD", value: password }] }],
])("%s that hands over a secret is refused", (_, workers) => {
  const graphs = JSON.stringify([{ name: "a", model: "m", workers }]);
  const message = messageOf({ "dynamo:graphs": graphs }, () => false);
  expect(message).toMatch(/→ at dynamo:graphs\[0\]\.workers/);
  expectNone(message);
});

test("a stack's file that can't be read shows none of its lines", async () => {
  const shown: string[] = [];
  for (const broken of [
    `"${token}`,
    `[${token}`,
    `{ a: ${token}`,
    `!!int ${token}`,
    `"\\q${token}"`,
    `*${token}`,
    `&a ${token} *a`,
  ]) {
    const project = mkdtempSync(join(dir, "project-"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: dynamo\nruntime: nodejs\nconfig: {}\n");
    writeFileSync(join(project, "Pulumi.x.yaml"), `config:\n  dynamo:huggingFaceToken: ${broken}\n`);
    try {
      readStack("x", project);
    } catch (error) {
      shown.push(String((error as Error).message));
    }
  }
  expect(shown).toHaveLength(7);
  expectNone(shown.join());
});

test("the check of manifests shows none that it finds, in any format", async () => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", namespace: "b", annotations: { note: token } },
    spec: {
      containers: [
        {
          name: "c",
          image: `https://user:${password}@registry/x`,
          args: ["--api-key", password],
          env: [
            { name: "HF_TOKEN", value: token },
            { name: "NVIDIA_VISIBLE_DEVICES", value: token },
          ],
        },
      ],
    },
  };
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { a: token } };
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: { key: token } };
  writeFileSync(join(dir, "all.yaml"), [pod, secret, map].map((one) => JSON.stringify(one)).join("\n---\n"));
  for (const format of [[], ["--json"], ["--markdown"], ["--sarif"]]) {
    const { stdout, stderr } = await run("check", ...format, join(dir, "all.yaml"));
    expect(stdout).toContain("plain-text-secrets");
    expectNone(stdout + stderr);
  }
});

describe("a server that repeats the kubeconfig's token", () => {
  const { fakePulumi, kubeconfig, pulumiCalls } = surroundings();
  const start = servers();
  const secret = "planted-kube-token";
  const repeat =
    (status: number): RequestListener =>
    ({ headers }, response) =>
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify({ kind: "Status", message: `not ${headers.authorization}`, items: [headers] }));

  test.each(["verify", "smoke", "traffic", "destroy", "preflight"])("%s", async (command) => {
    for (const status of [200, 403, 500]) {
      fakePulumi(outputs);
      kubeconfig({ server: await start(repeat(status)), token: secret });
      const { stdout, stderr } = await run(
        command,
        "--stack",
        "dev",
        ...(command === "verify" ? ["--timeout", "0.1"] : []),
      );
      expect(`${stdout}${stderr}`).not.toBe("");
      expectNone(stdout + stderr, [secret]);
    }
    expectNone(command === "preflight" ? "" : pulumiCalls(), [secret]);
  });
});
