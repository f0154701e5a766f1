import { dryRun } from "../../commands/dryRun";
import type { Stack } from "../../commands/project";
import { parseConfig } from "../../config/parse";

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
  settings: parseConfig("dynamo", "test", config, () => true),
};

const run = dryRun(stack);

test("URNs say who made what: a change of them replaces resources", async () => {
  const { resources } = await run;
  expect(
    resources.map(({ urn }) => urn.replace("urn:pulumi:test::dynamo::pulumi:pulumi:Stack$", "")),
  ).toMatchSnapshot();
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
  });
});

test("the token is in one Secret, as a secret", async () => {
  const { resources, outputs } = await run;
  const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
  expect(secrets.map(({ inputs }) => inputs)).toEqual([
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "hf", namespace: "dynamo" },
      stringData: { HF_TOKEN: "[secret]" },
    },
  ]);
  expect(JSON.stringify([resources, outputs])).not.toContain(token);
});

test("the outputs say mode, endpoints, GPUs and services", async () => {
  const { outputs } = await run;
  expect(outputs).toMatchObject({
    discoveryMode: "nats-etcd",
    endpoints: { a: "http://a-etcd-frontend.dynamo:8000", b: "http://<any node>:30200" },
    gpus: { total: 2, byGraph: { a: 1, b: 1 } },
  });
  expect(outputs.services).toHaveLength(4);
});
