import { type Case, unknown } from "../judge";
import { component, deployment, frontend, graph, newGraph, object, worker } from "../objects";

// In parts, so that no scanner of repositories takes them for real.
const token = `hf_${"abcdefghij".repeat(3)}`;
const seed = `SU${"ABCDEFGH".repeat(7)}`;
const values = [
  token,
  `nvapi-${"a1".repeat(12)}`,
  `ghp_${"a1".repeat(12)}`,
  `github_pat_${"a1".repeat(12)}`,
  `sk-${"a1".repeat(12)}`,
  `AKIA${"A1".repeat(8)}`,
  seed,
  "-----BEGIN RSA PRIVATE KEY-----",
  "nats://user:pass@nats:4222",
  "redis://:pass@redis:6379",
];

const main = "container main of trainer";
const env = (name: string, value: unknown) => deployment({ env: [{ name, value }] });
const plain = (name: string) => [`Deployment dynamo/trainer: ${main} has the value of ${name} in plain text`];
const line = (args: string) => deployment({ command: ["/bin/sh", "-c"], args: [args] });
const inLine = [`Deployment dynamo/trainer: ${main} has a secret in its command line`];
const config = (data: object) => object("v1", "ConfigMap", "files", { data });

const harmless: readonly (readonly [name: string, value: string])[] = [
  ["MAX_TOKENS", "4096"],
  ["HF_TOKEN_PATH", "/secrets/hf-token"],
  ["TOKENIZERS_PARALLELISM", "false"],
  ["TOKENIZER", "Qwen/Qwen3-0.6B"],
  ["HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/etc/gcp/key.json"],
  ["AWS_ACCESS_KEY_ID", "minio"],
  ["HF_TOKEN", "$(HUGGING_FACE)"],
  ["HF_TOKEN", ""],
  ["AUTHORIZATION_TOKEN", "Bearer $(TOKEN)"],
  ["NATS_SERVER", "nats://nats.nats-system:4222"],
  ["NATS_URL", "nats://$(USER):$(PASSWORD)@nats:4222"],
  ["SECRET_NAME", "hf-token-secret"],
  ["PASSWORD_FILE", "/run/password"],
  ["PGPASSFILE", "/run/pgpass"],
  ["ENABLE_SECOND_PASS", "true"],
  ["EOS_TOKEN", "<|im_end|>"],
];

const harmlessLines = [
  "etcd --auth-token=jwt,pub-key=/keys/a.pub",
  "python3 -m dynamo.vllm --max-tokens 64 --tokenizer Qwen/Qwen3-0.6B",
  "serve --api-key $API_KEY --token $(HF_TOKEN) --password='$PASSWORD'",
  "serve --hf-token --model Qwen/Qwen3-0.6B",
  "serve --token /run/token --password-file /run/password",
  "psql --no-password db",
  "etcd --auth-token simple",
  "serve --pad-token 0 --max-access-tokens 4",
  "HF_TOKEN=$(cat /run/token) HF_HOME=/cache OMP_NUM_THREADS=1 serve",
  'export HF_TOKEN="$TOKEN"; serve',
  `serve --hf-overrides '{"eos_token": "</s>", "pad_token": "x", "tokenizer": "y"}'`,
  `serve --model-loader-extra-config '{"token": "$HF_TOKEN", "token_file": "/run/token"}'`,
];

const passes: readonly Case[] = [
  ...harmless.map(([name, value]): Case => [`${name}=${value}`, [env(name, value)], []]),
  ...harmlessLines.map((text): Case => [text, [line(text)], []]),
  [
    "a Secret that is referred to",
    [deployment({ env: [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: { name: "hf", key: "token" } } }] })],
    [],
  ],
  ["a Secret", [object("v1", "Secret", "hf", { stringData: { token } })], []],
  [
    "a ConfigMap",
    [config({ "nats.conf": "authorization { password: $PASSWORD }", script: "let token;" })],
    [],
  ],
  [
    "files of a ConfigMap that name secrets",
    [
      config({
        credentials:
          '{"s3":{"s3AccessKeyIDName":"AWS_ACCESS_KEY_ID","s3SecretAccessKeyName":"AWS_SECRET_ACCESS_KEY"}}',
        "app.yaml":
          "db:\n  password: $DB_PASSWORD\n  token: $TOKEN\n  secret: '{{ secret }}'\n  pass: true\n",
        "nsswitch.conf": "passwd: files sss\n",
      }),
    ],
    [],
  ],
  [
    "files of a ConfigMap that have no end",
    [config({ "deep.json": `${"[".repeat(50_000)}${"]".repeat(50_000)}`, "round.yaml": "a: &a\n  b: *a\n" })],
    [],
  ],
  ["an object without any", [object("v1", "Service", "api")], []],
];

const failures: readonly Case[] = [
  ...[
    "HF_TOKEN",
    "hf_token",
    "NGC_API_KEY",
    "OPENAI_APIKEY",
    "ETCD_AUTH_PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "NATS_AUTH_NKEY",
    "PASSWORD",
    "PGPASS",
    "PGPASSWORD",
    "DB_PASS",
  ].map((name): Case => [`${name} by its name`, [env(name, "hunter2")], plain(name)]),
  ...values.map(
    (value): Case => [`${value.slice(0, 8)} by its value`, [env("EXTRA", value)], plain("EXTRA")],
  ),
  ["a secret beside a reference", [env("EXTRA", `$(A) ${token}`)], plain("EXTRA")],
  ...[
    `serve --extra ${token}`,
    "serve --api-key hunter2",
    "serve --api-key=hunter2",
    "serve --hf_token 'hunter2'",
    "serve --root-password hunter2",
    "serve --auth-token hunter2",
    "serve --access-token=hunter2",
    "HF_TOKEN=hunter2 serve",
    'export NGC_API_KEY="hunter2"; serve',
  ].map((text): Case => [text, [line(text)], inLine]),
  ["words of a list", [deployment({ args: ["serve", "--token", "hunter2"] })], inLine],
  [
    "every place of a graph",
    [
      graph(
        {
          Frontend: { ...frontend, envs: [{ name: "HF_TOKEN", value: "hunter2" }] },
          Worker: worker(1, { env: [{ name: "HF_TOKEN", value: "hunter2" }] }),
        },
        { envs: [{ name: "API_KEY", value: "hunter2" }] },
      ),
      newGraph([component("W", "worker", { args: ["--password=hunter2"] })], {
        env: [{ name: "API_KEY", value: "hunter2" }],
      }),
    ],
    [
      "container main of Worker has the value of HF_TOKEN in plain text",
      "the graph has the value of API_KEY in plain text",
      "Frontend has the value of HF_TOKEN in plain text",
      "the graph has the value of API_KEY in plain text",
      "container main of W has a secret in its command line",
    ].map((message) => `DynamoGraphDeployment dynamo/llama: ${message}`),
  ],
  [
    "a ConfigMap, by key and by value",
    [config({ "hf-token": "hunter2", "app.conf": `token = ${token}` })],
    [
      "ConfigMap dynamo/files has a secret under hf-token",
      "ConfigMap dynamo/files has a secret under app.conf",
    ],
  ],
];

const inFiles: readonly Case[] = Object.entries({
  "app.json": '{"servers":[{"token":"hunter2"}]}',
  "app.yaml": "db:\n  password: hunter2\n",
  "several.yaml": "a: 1\n---\npassword: hunter2\n",
  "pod.json": '{"env":[{"name":"HF_TOKEN","value":"hunter2"}]}',
  "flow.yaml": "{ db: { password: hunter2 } }",
  credentials: "a: 1\n- b",
}).map(([file, content]) => [
  `a ConfigMap's ${file}`,
  [config({ [file]: content })],
  [`ConfigMap dynamo/files has a secret under ${file}`],
]);
const binaries: readonly Case[] = [
  ["hf-token", "hunter2"],
  ["app.json", '{"password":"hunter2"}'],
].map(([file = "", content = ""]) => [
  `a ConfigMap's ${file} in base64`,
  [object("v1", "ConfigMap", "files", { binaryData: { [file]: Buffer.from(content).toString("base64") } })],
  [`ConfigMap dynamo/files has a secret under ${file}`],
]);

const notKnownYet: readonly Case[] = [
  ["a value that is not known yet", [env("HF_TOKEN", unknown)], []],
  ["an argument that is not known yet", [deployment({ args: ["serve", "--token", unknown] })], []],
  ["data that is not known yet", [config({ "hf-token": unknown })], []],
  ["an image that is not known yet", [deployment({ image: unknown, args: [`--extra=${token}`] })], inLine],
];

export const cases = {
  "plain-text-secrets": [...passes, ...failures, ...inFiles, ...binaries, ...notKnownYet],
};

/** What no message may show. */
export const hidden = ["hunter2", "pass@", ...values];
