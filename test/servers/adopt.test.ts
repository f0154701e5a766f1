/** A graph that serves becomes a stack's, and its clients do not notice: the released runtime in the name of the pods. */
import { CoreV1Api, KubernetesObjectApi } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { adoptGraphs } from "../../commands/adopt/adoptGraphs";
import { readStack } from "../../config/project";
import { graphLabel } from "../../plan/graph/labels";
import { withoutResults } from "../../rehearsal/bareUpdate";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type PulumiEngine, startEngine } from "../../rehearsal/engine";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { devStack } from "../devStack";
import { realCrds } from "../engine/realCrds";
import { ask } from "../runtime/frontendClient";
import { startStreams } from "./streams";

jest.setTimeout(300_000);

const model = "Qwen/Qwen2.5-1.5B-Instruct";
const [namespace, name] = ["dynamo", "chat"];
const image = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.6.1";
const graph = {
  apiVersion: "nvidia.com/v1beta1",
  kind: "DynamoGraphDeployment",
  metadata: { name, namespace },
  spec: {
    components: [
      {
        name: "Frontend",
        type: "frontend",
        replicas: 2,
        podTemplate: { spec: { containers: [{ name: "main", image }] } },
      },
      {
        name: "Worker",
        type: "worker",
        replicas: 2,
        podTemplate: {
          spec: {
            containers: [
              {
                ...{ name: "main", image, resources: { limits: { "nvidia.com/gpu": "1" } } },
                ...{ command: ["python3", "-m", "dynamo.vllm"], args: ["--model", model] },
              },
            ],
          },
        },
      },
    ],
  },
};

let rehearsal: Rehearsal;
let engine: PulumiEngine;
let url = "";

const pods = async () => {
  const core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  const labelSelector = `${graphLabel}=${name}`;
  return (await core.listNamespacedPod({ namespace, labelSelector })).items
    .map(({ metadata }) => metadata?.uid)
    .sort();
};

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: devStack({ runtime: { version: "1.6.1" }, graphs: [] }),
    ...{ nodes: 2, gpusPerNode: 4, crds: realCrds("1.4"), serve: true },
    report: (line) => process.stderr.write(`${line}\n`),
  });
  const objects = KubernetesObjectApi.makeApiClient(clusterConfig(rehearsal.kubeconfig));
  await objects.create(structuredClone(graph), undefined, undefined, "kubectl-client-side-apply");
  const answers = async () => {
    url = rehearsal.serving?.frontends().find((one) => one.name.startsWith(name))?.url ?? "";
    return (
      url !== "" &&
      ask(url, model, "hello").then(
        () => true,
        () => false,
      )
    );
  };
  await pWaitFor(answers, { interval: 500, timeout: 120_000 });
}, 1_800_000);

afterAll(async () => {
  await engine?.stop();
  await rehearsal?.stop();
});

test("without a request that fails, and with the same pods", async () => {
  const before = await pods();
  const streams = [false, true].map((keepAlive) =>
    startStreams({ url, model }, { clients: 4, tokens: 16, keepAlive }),
  );
  const { workDir } = rehearsal.engine.stack.workspace;
  const log = jest.spyOn(console, "log").mockImplementation(() => {});
  await adoptGraphs({ files: [], stack: "adopted", graph: [{ namespace, name }], yes: true }, workDir);
  log.mockRestore();
  const stack = readStack("adopted", workDir);
  const { kubeconfig } = rehearsal;
  engine = await startEngine({ tools: await buildTools(rehearsalTools), kubeconfig, stack });
  await withoutResults(engine.stack).up({ onOutput: () => {} });
  await withoutResults(engine.stack).up({ onOutput: () => {}, expectNoChanges: true });
  for (const each of streams) {
    await each.stop();
    console.log(
      `${each.answers} answers, and in the place of others: ${each.failures.join(", ") || "nothing"}`,
    );
    expect([each.failures, each.refused]).toEqual([[], 0]);
    expect(each.answers).toBeGreaterThan(100);
  }
  expect(before).toHaveLength(4);
  expect(await pods()).toEqual(before);
});
