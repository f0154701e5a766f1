/** Whatever a graph has is in its stack or in the report: by a setting, by transform, or told. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { UserError } from "../../../commands/cli/userError";
import { importGraphs } from "../../../commands/import/importGraphs";
import { objectsOf } from "../../../commands/import/objects";
import { describe as inWords } from "../../../commands/import/result";
import { pathsIn } from "../../places";
import { pickBy, random, seed } from "../../random";
import { alpha, beta } from "./graphs";

const folder = mkdtempSync(join(tmpdir(), "import-"));
afterAll(() => rmSync(folder, { recursive: true }));

const image = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2";

interface Parts {
  readonly metadata?: object;
  readonly frontend?: object;
  readonly ofFrontend?: object;
  readonly worker?: object;
  readonly pod?: object;
  readonly container?: object;
  readonly args?: unknown;
  readonly module?: string;
  readonly more?: object;
  readonly beside?: readonly object[];
}

/** A graph of a frontend and workers, with parts of its own. */
const graphOf = (parts: Parts) => ({
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeployment",
  metadata: { name: "chat", namespace: "serving", ...parts.metadata },
  spec: {
    services: {
      Frontend: {
        componentType: "frontend",
        replicas: 1,
        extraPodSpec: { mainContainer: { image, ...parts.ofFrontend } },
        ...parts.frontend,
      },
      VllmWorker: {
        componentType: "worker",
        replicas: 2,
        resources: { limits: { gpu: "1" } },
        extraPodSpec: {
          mainContainer: {
            image,
            command: ["python3", "-m", parts.module ?? "dynamo.vllm"],
            args: parts.args ?? ["--model", "Qwen/Qwen3-8B"],
            ...parts.container,
          },
          ...parts.pod,
        },
        ...parts.worker,
      },
      ...parts.more,
    },
  },
});

function imported(parts: Parts) {
  const file = join(folder, "graph.yaml");
  const documents = [graphOf(parts), ...(parts.beside ?? [])];
  writeFileSync(file, documents.map((one) => stringify(one)).join("---\n"));
  const { graphs, beside } = objectsOf([file]);
  const result = importGraphs(graphs, beside);
  const [graph] = result.graphs;
  const draft = (result.settings.graphs as Record<string, Record<string, unknown>>[])[0] ?? {};
  return {
    draft,
    beside: result.beside,
    left: graph?.leftOut.map(({ what }) => what) ?? [],
    harmless: graph?.harmless.map((one) => inWords(one)) ?? [],
  };
}

const script = (text: string, shell = "/bin/bash", flag = "-c") => ({
  container: { command: [shell, flag] },
  args: [text],
});
const run = "python3 -m dynamo.vllm --model Qwen/Qwen3-8B";

test.each<[string, Parts, RegExp]>([
  [
    "how long a taint is borne",
    { pod: { tolerations: [{ key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 600 }] } },
    /"tolerationSeconds":600/,
  ],
  [
    "the type of a directory",
    {
      pod: { volumes: [{ name: "x", hostPath: { path: "/data/x", type: "DirectoryOrCreate" } }] },
      container: { volumeMounts: [{ name: "x", mountPath: "/x" }] },
    },
    /"path":"\/data\/x","type":"DirectoryOrCreate"/,
  ],
  ["no shared memory", { worker: { sharedMemory: { disabled: true } } }, /"disabled":true/],
  [
    "an empty security context",
    { pod: { securityContext: {} } },
    /"podSecurityContext":\{\}|securityContext","value":\{\}/,
  ],
  [
    "how vLLM spans nodes",
    {
      metadata: { annotations: { "nvidia.com/vllm-distributed-executor-backend": "ray" } },
      worker: { multinode: { nodeCount: 2 } },
      args: ["--model", "Qwen/Qwen3-8B", "--tensor-parallel-size", "2"],
    },
    /vllm-distributed-executor-backend","value":"ray"/,
  ],
  [
    "annotations of the operator",
    { metadata: { annotations: { "nvidia.com/enable-grove": "false" } } },
    /enable-grove","value":"false"/,
  ],
  [
    "a volume that is not mounted",
    { pod: { volumes: [{ name: "gate", secret: { secretName: "gate" } }] } },
    /"name":"gate","secret":\{"secretName":"gate"\}/,
  ],
  [
    "env that is empty",
    { container: { env: [{ name: "LD_PRELOAD", value: "" }] } },
    /"LD_PRELOAD","value":""/,
  ],
  ["env without a value", { worker: { envs: [{ name: "LD_PRELOAD" }] } }, /"LD_PRELOAD","value":""/],
  [
    "a reference that stays one",
    {
      args: ["--model", "Qwen/Qwen3-8B", "--x", "$$(FOO)"],
      worker: { envs: [{ name: "FOO", value: "bar" }] },
    },
    /"--x","\$\$\(FOO\)"/,
  ],
  [
    "a flag that adds up",
    { args: ["--model", "Qwen/Qwen3-8B", "--middleware", "mod.A", "--middleware", "mod.B"] },
    /"--middleware","mod.A","--middleware","mod.B"/,
  ],
  [
    "the directory that files are named from",
    { args: ["--model", "Qwen/Qwen3-8B", "--chat-template", "tmpl"], container: { workingDir: "/opt/t" } },
    /"workingDir":"\/opt\/t"/,
  ],
  [
    "a model that is named from a directory",
    { args: ["--model", "./qwen3-8b"], container: { workingDir: "/models" } },
    /"model":"\/models\/qwen3-8b"/,
  ],
  [
    "env that refers to env",
    {
      args: ["--model", "$(MODEL)"],
      worker: {
        envs: [
          { name: "ORG", value: "Qwen" },
          { name: "MODEL", value: "$(ORG)/Qwen3-8B" },
        ],
      },
    },
    /"model":"Qwen\/Qwen3-8B"/,
  ],
  [
    "a model by env",
    {
      module: "dynamo.trtllm",
      args: [],
      worker: { envs: [{ name: "DYN_TRTLLM_MODEL", value: "Qwen/Qwen3-32B" }] },
    },
    /"model":"Qwen\/Qwen3-32B"/,
  ],
  [
    "an engine's own model",
    { module: "dynamo.trtllm", args: ["--max-seq-len", "64"] },
    /"model":"TinyLlama\/TinyLlama-1.1B-Chat-v1.0"/,
  ],
  [
    "a pipe's failure",
    script(`set -o pipefail\n${run} | tee /tmp/log`),
    /"set -o pipefail\\npython3 .*\| tee/,
  ],
  [
    "names of files",
    script(`${run} --chat-template /t/*.jinja`),
    /Qwen3-8B .*--chat-template \/t\/\*\.jinja/,
  ],
  ["a home", script(`${run} --download-dir ~/models`), /Qwen3-8B .*--download-dir ~\/models/],
  ["alternatives", script(`${run} --middleware {a,b}.x`), /Qwen3-8B .*--middleware \{a,b\}\.x/],
  ["bash's escapes", script(`${run} --chat-template $'a\\tb'`), /Qwen3-8B .*--chat-template \$'a\\\\tb'/],
  [
    "env of a ConfigMap",
    {
      ...script(`${run} --max-model-len \${LEN:-5555}`),
      container: { command: ["/bin/bash", "-c"], envFrom: [{ configMapRef: { name: "lens" } }] },
    },
    /Qwen3-8B .*--max-model-len \$\{LEN:-5555\}/,
  ],
  [
    "a login's profiles",
    { container: { command: ["/bin/bash", "-lc"], image: "example.com/mine:1.4.2" }, args: [run] },
    /"\/bin\/bash","-lc"/,
  ],
])("a stack has %s", (_, parts, what) => {
  const { draft, left } = imported(parts);
  expect(left).toEqual([]);
  expect(JSON.stringify(draft)).toMatch(what);
});

test.each<[string, Parts, string | RegExp]>([
  ["arguments that are a variable's words", script(`${run} --enforce-eager $WORDS`), /script: .*\$WORDS/],
  ["a name that only the shell knows", script(`N=$(cat /n)\n${run} --served-model-name "$N"`), /script: /],
  [
    "args as a text",
    { container: { args: "--max-model-len 64" } },
    /mainContainer\.args: --max-model-len 64/,
  ],
  ["args with an object", { args: ["--model", "Qwen/Qwen3-8B", { a: "b" }] }, /mainContainer\.args\.2.*b/],
  ["env as a map", { worker: { envs: { A: "b" } } }, /^envs(\.A: b|: \{"A":"b"\})/],
  [
    "volumes as a map",
    { pod: { volumes: { a: { emptyDir: { medium: "Memory" } } } } },
    /^extraPodSpec\.volumes/,
  ],
  ["a field that nobody knows", { worker: { sharedMemory: { size: "1Gi", strange: "b" } } }, /strange/],
  [
    "a frontend's port",
    { ofFrontend: { args: ["-m", "dynamo.frontend", "--http-port", "9000"], command: ["python3"] } },
    /--http-port: 9000/,
  ],
  [
    "a frontend's port by env",
    { ofFrontend: { env: [{ name: "DYN_HTTP_PORT", value: "8787" }] } },
    /--http-port: 8787/,
  ],
  [
    "values that settings may not have",
    {
      module: "dynamo.trtllm",
      args: ["--model", "Qwen/Qwen3-8B", "--override-engine-args", '{"tensor_parallel_size": 4}'],
    },
    /--override-engine-args: .*tensor_parallel_size/,
  ],
])("the report tells of %s", (_, parts, what) => {
  const { draft, left } = imported(parts);
  expect(left).toEqual(expect.arrayContaining([expect.stringMatching(what)]));
  expect(JSON.stringify(draft)).not.toContain('["--override-engine-args"]');
});

test("what operators ignore is told as of no matter, and a login's profiles of the runtime's images", () => {
  expect(imported({ worker: { dynamoNamespace: "shared-pool" } }).harmless).toContain(
    "dynamoNamespace: shared-pool",
  );
  expect(imported(script(run, "/bin/bash", "-lc")).harmless).toContainEqual(expect.stringContaining("login"));
});

test("a frontend's probes move with its port", () => {
  const probe = (port: number) => ({ httpGet: { path: "/live", port } });
  const args = ["-m", "dynamo.frontend", "--http-port", "9000"];
  const { draft } = imported({ ofFrontend: { command: ["python3"], args, livenessProbe: probe(9000) } });
  expect(draft.frontend).toMatchObject({ livenessProbe: probe(8000) });
  expect(JSON.stringify(draft)).not.toContain("9000");
});

test("workers that env makes prefill and decode are these", () => {
  const role = (mode: string) => [{ name: "DYN_VLLM_DISAGGREGATION_MODE", value: mode }];
  const { services } = graphOf({}).spec;
  const { draft, left } = imported({
    worker: { envs: role("decode") },
    more: { Prefill: { ...services.VllmWorker, envs: role("prefill") } },
  });
  expect(left).toEqual([]);
  expect(draft).toMatchObject({ prefill: { name: "Prefill" }, decode: { name: "VllmWorker" } });
});

test.each<[string, Parts]>([
  ["by its place", { args: ["Qwen/Qwen3-8B"] }],
  ["by a flag's beginning", { args: ["--mod", "Qwen/Qwen3-8B"] }],
  ["in a file that is not there", { module: "dynamo.sglang", args: ["--config", "/etc/engine.yaml"] }],
  [
    "by env of a Secret",
    {
      module: "dynamo.trtllm",
      args: [],
      worker: { envs: [{ name: "DYN_TRTLLM_MODEL", valueFrom: { secretKeyRef: { name: "a", key: "b" } } }] },
    },
  ],
])("a model that is said %s is refused, and no other is served", (_, parts) => {
  expect(() => imported(parts)).toThrow(/chat\/VllmWorker does not say its model where it can be read/);
});

const service = (spec: object, metadata = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "door", ...metadata },
  spec: {
    selector: {
      "nvidia.com/dynamo-component-type": "frontend",
      "nvidia.com/dynamo-graph-deployment-name": "chat",
    },
    ...spec,
  },
});

test("a Service of frontends is a setting, and what the setting lacks is told", () => {
  const door = service(
    {
      type: "NodePort",
      sessionAffinity: "ClientIP",
      externalTrafficPolicy: "Local",
      externalIPs: ["192.0.2.1"],
      ports: [
        { name: "a", port: 80, targetPort: 8000, nodePort: 30333 },
        { name: "b", port: 81, nodePort: 30334 },
      ],
    },
    { annotations: { "example.com/a": "b" }, labels: { tier: "front" } },
  );
  const { draft, left, beside } = imported({ beside: [door, { ...door, metadata: { name: "other" } }] });
  expect(draft.frontend?.expose).toEqual({
    ...{ type: "NodePort", nodePort: 30333, externalTrafficPolicy: "Local" },
    annotations: { "example.com/a": "b" },
  });
  expect(left).toEqual([
    'Service door: ports: [{"name":"b","port":81,"nodePort":30334}]',
    'Service door: sessionAffinity: "ClientIP"',
    'Service door: externalIPs: ["192.0.2.1"]',
    'Service door: labels: {"tier":"front"}',
  ]);
  expect(beside).toEqual(["Service other"]);
});

test.each([
  [
    "spec",
    {
      type: "LoadBalancer",
      loadBalancerSourceRanges: ["10.0.0.0/8"],
      ports: [{ port: 443, targetPort: 8000 }],
    },
    ["port: 443"],
  ],
  [
    "port",
    { type: "NodePort", ports: [{ port: 80, targetPort: 9000, nodePort: 30333 }] },
    ["targetPort: 9000"],
  ],
  ["setting", { type: "NodePort", ports: [{ port: 8000, nodePort: 30100 }] }, ['type: "NodePort"']],
])("a Service's %s that the setting can't have is told", (_, spec, told) => {
  const { left } = imported({ beside: [service(spec)] });
  expect(left).toEqual(expect.arrayContaining(told.map((one) => `Service door: ${one}`)));
});

test.each([
  ["constraints", { constraints: [{ matchAttribute: "resource.kubernetes.io/pcieRoot" }] }, {}],
  ["another way to count", {}, { allocationMode: "All" }],
  ["a field that nobody knows", {}, { strange: true }],
])("a claim with %s stays the object that it is", (_, devices, exactly) => {
  const template = {
    apiVersion: "resource.k8s.io/v1",
    kind: "ResourceClaimTemplate",
    metadata: { name: "nics" },
    spec: {
      spec: {
        devices: {
          requests: [{ name: "a", exactly: { deviceClassName: "nic.example.com", ...exactly } }],
          ...devices,
        },
      },
    },
  };
  const { draft, beside } = imported({
    pod: { resourceClaims: [{ name: "nic", resourceClaimTemplateName: "nics" }] },
    container: { resources: { claims: [{ name: "nic" }] } },
    beside: [template],
  });
  expect(draft.workers?.resourceClaims).toEqual([{ name: "nics", template: "nics" }]);
  expect(beside).toEqual(["ResourceClaimTemplate nics"]);
});

test.each([
  ["v1alpha1", alpha],
  ["v1beta1", beta],
])("a field that nobody knows is in the stack or told, wherever it is in a graph of %s", (_, text) => {
  const graph = parse(text) as object;
  const isObject = (path: readonly string[]) => {
    const part = path.reduce<unknown>((owner, key) => (owner as Record<string, unknown>)[key], graph);
    return typeof part === "object" && part !== null && !Array.isArray(part);
  };
  // A further field of `services` would be a component.
  const places = pathsIn(graph).filter(
    (path) => path[0] === "spec" && path.at(-1) !== "services" && isObject(path),
  );
  const pick = pickBy(random(seed));
  const picked = Array.from({ length: 20 }, () => pick(places));
  const lost = picked.filter((path) => {
    const copy = structuredClone(graph);
    const owner = path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], copy);
    (owner as Record<string, unknown>).strange = "odd-one";
    const file = join(folder, "graph.yaml");
    writeFileSync(file, stringify(copy));
    const { graphs, beside } = objectsOf([file]);
    try {
      const { settings, graphs: found } = importGraphs(graphs, beside);
      return !JSON.stringify([settings, found.map(({ leftOut }) => leftOut)]).includes("odd-one");
    } catch (error) {
      return !(error instanceof UserError);
    }
  });
  expect(lost.map((path) => path.join("."))).toEqual([]);
});
