import { dryRun } from "../../commands/preview/dryRun";
import { parseConfig } from "../../config/parse";
import type { Stack } from "../../config/project";
import { ownerOf } from "../../plan/owner";
import { inStateOfItsOwn } from "../pulumiState";

const token = "hf_plain_text";
const config = {
  "dynamo:discovery": JSON.stringify({ mode: "nats-etcd" }),
  "dynamo:graphs": JSON.stringify([
    { name: "a", model: "m", huggingFaceSecret: "hf", modelCache: { pvc: { size: "1Gi" } } },
    {
      name: "b",
      model: "m",
      huggingFaceSecret: "hf",
      frontend: { expose: { type: "NodePort", nodePort: 30200 } },
    },
  ]),
  "dynamo:namespace": JSON.stringify({ create: true }),
  "dynamo:huggingFaceToken": token,
};
const stack: Stack = {
  project: "dynamo",
  name: "test",
  config,
  secretKeys: ["dynamo:huggingFaceToken"],
  settings: parseConfig("dynamo", "test", config, (key) => key === "dynamo:huggingFaceToken"),
};

const run = dryRun(stack, {});

test("URNs say who made what: a change of them replaces resources", async () => {
  const { resources } = await run;
  expect(
    resources.map(({ urn }) => urn.replace("urn:pulumi:test::dynamo::pulumi:pulumi:Stack$", "")),
  ).toMatchSnapshot();
});

test("a token that goes into no Secret is told, as is a stack without graphs", async () => {
  const { warnings } = await inStateOfItsOwn(() =>
    dryRun({ ...stack, config: { ...config, "dynamo:graphs": "[]" } }, {}),
  );
  expect(warnings).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^the stack has no graphs: /),
      expect.stringMatching(/^no graph names a Secret that dynamo:huggingFaceToken goes into: /),
    ]),
  );
  expect((await run).warnings).not.toContainEqual(expect.stringMatching(/has no graphs|names a Secret/));
});

test("every object goes through the stack's own provider", async () => {
  const { resources } = await run;
  const [provider, ...others] = resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
  expect(others).toEqual([]);
  expect(provider?.inputs).toEqual({
    clusterIdentifier: "dynamo/test",
    enableConfigMapMutable: "true",
    enableSecretMutable: "true",
    enableServerSideApply: "true",
    upsertExistingObjects: "true",
    enablePatchForce: "true",
  });
});

test("the token and the passwords are in Secrets, as secrets", async () => {
  const { resources, outputs } = await run;
  const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
  const contents = secrets.map(({ inputs }) => [
    (inputs.metadata as { name: string }).name,
    inputs.stringData,
  ]);
  expect(Object.fromEntries(contents)).toEqual({
    hf: { HF_TOKEN: "[secret]" },
    "nats-auth-1": { "users.conf": "[secret]" },
    "nats-client-1": { username: "[secret]", password: "[secret]" },
    "etcd-auth-1": { "access.json": "[secret]", "root-password": "[secret]" },
    "etcd-client-1": { username: "[secret]", password: "[secret]" },
  });
  expect(JSON.stringify([resources, outputs])).not.toContain(token);
});

test("the outputs say mode, endpoints, GPUs and services", async () => {
  const { outputs } = await run;
  expect(outputs).toMatchObject({
    discoveryMode: "nats-etcd",
    owner: ownerOf({ project: "dynamo", stack: "test" }),
    cluster: {},
    endpoints: { a: "http://a-frontend-np.dynamo:8000", b: "http://<any node>:30200" },
    gpus: { total: 2, byGraph: { a: 1, b: 1 } },
  });
  expect(outputs.services).toHaveLength(4);
});
