/** Graphs that others have made and that run become a stack's, by the real engine: the same object, the same pods. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CustomObjectsApi,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { parse, stringify } from "yaml";
import { type Adoption, adoptGraphs } from "../../commands/adopt/adoptGraphs";
import { readStack } from "../../config/project";
import { at, list, type Manifest } from "../../gpus/manifest";
import { graphLabel } from "../../plan/graph/labels";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type PulumiEngine, startEngine } from "../../rehearsal/engine";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { aggregated } from "../commands/import/graphs";
import { devStack } from "../devStack";
import { realCrds } from "./realCrds";

jest.setTimeout(240_000);

const namespace = "dynamo";

/** As NVIDIA's examples are. */
const example = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat }
spec:
  services:
    Frontend:
      componentType: frontend
      replicas: 1
      extraPodSpec: { mainContainer: { image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.1" } }
    VllmDecodeWorker:
      dynamoNamespace: chat
      componentType: worker
      replicas: 2
      resources: { limits: { gpu: "1" } }
      extraPodSpec:
        mainContainer:
          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.1
          workingDir: /workspace/examples/backends/vllm
          command: [python3, -m, dynamo.vllm]
          args: [--model, Qwen/Qwen3-0.6B, --max-model-len, "4096"]
          env: [{ name: NOTES, value: "of two\\nlines" }]
`;

/** Graphs as people apply them, with the release of the operator that sees to them. */
const cases = [
  ["v1alpha1, by kubectl apply", "0.8", "0.8.1", example, "kubectl-client-side-apply"],
  ["v1beta1, by a tool that applies on the server", "1.4", "1.4.2", aggregated(), "argocd-controller"],
] as const;

/** A stand-in's definition has one version of the API, and these graphs are of both. */
const runnable = cases.filter(([, crds]) => realCrds(crds).length > 0);

if (runnable.length === 0) test.skip("needs the real definitions of graphs", () => {});
else
  describe.each(runnable)("a graph of %s", (_, crds, version, text, manager) => {
    let rehearsal: Rehearsal;
    let engine: PulumiEngine;
    let objects: KubernetesObjectApi;
    let directory: string;
    let before: Awaited<ReturnType<typeof whatRuns>>;
    let beside: unknown;

    const wanted = { ...parse(text), metadata: { name: "chat", namespace } } as KubernetesObject;
    const neighbour = { ...wanted, metadata: { name: "neighbour", namespace } };
    const owner = ownerOf({ project: "dynamo", stack: "adopted" });

    const read = async (object: KubernetesObject): Promise<Manifest> => {
      const [group = "", version = ""] = (object.apiVersion ?? "").split("/");
      const { name = "" } = object.metadata ?? {};
      const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
      const plural = "dynamographdeployments";
      return custom.getNamespacedCustomObject({ group, version, namespace, plural, name });
    };
    const podsOf = async (name: string) =>
      (
        await objects.list(
          "v1",
          "Pod",
          namespace,
          undefined,
          undefined,
          undefined,
          undefined,
          `${graphLabel}=${name}`,
        )
      ).items;
    const whatRuns = async () => {
      const { metadata, spec } = await read(wanted);
      const pods = (await podsOf("chat")).map(({ metadata }) => metadata?.uid).sort();
      return { uid: at(metadata, "uid"), generation: at(metadata, "generation"), spec, pods };
    };
    /** What anyone but the operator, which sees to its status, has written. */
    const written = async () => {
      const { metadata, spec } = await read(wanted);
      const writes = list(at(metadata, "managedFields")).filter(
        (entry) => at(entry, "subresource") === undefined,
      );
      return [spec, at(metadata, "labels"), at(metadata, "annotations"), writes];
    };
    const patch = (body: object) =>
      objects.patch(
        { ...wanted, spec: undefined, ...body } as KubernetesObject,
        undefined,
        undefined,
        "kubectl-edit",
        undefined,
        PatchStrategy.MergePatch,
      );
    const adopt = async (options: Partial<Adoption> = {}) => {
      const lines: string[] = [];
      const log = jest.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
      const graph = [{ namespace, name: "chat" }];
      try {
        await adoptGraphs({ files: [], stack: "adopted", graph, yes: true, ...options }, directory);
        return lines.join("\n");
      } catch (error) {
        return `${lines.join("\n")}\nerror: ${(error as Error).message}`;
      } finally {
        log.mockRestore();
      }
    };
    const file = () => join(directory, "Pulumi.adopted.yaml");

    beforeAll(async () => {
      const stack = devStack({ runtime: { version }, graphs: [] });
      rehearsal = await startRehearsal({ stack, nodes: 6, gpusPerNode: 8, crds: realCrds(crds) });
      objects = KubernetesObjectApi.makeApiClient(clusterConfig(rehearsal.kubeconfig));
      directory = rehearsal.engine.stack.workspace.workDir;
      for (const graph of [wanted, neighbour])
        await objects.create(structuredClone(graph), undefined, undefined, manager);
      const isReady = (graph: Manifest) =>
        list(at(graph, "status", "conditions")).some(
          (one) => at(one, "type") === "Ready" && at(one, "status") === "True",
        );
      await pWaitFor(async () => isReady(await read(wanted)) && isReady(await read(neighbour)), {
        interval: 500,
        timeout: 120_000,
      });
      const revision = async () => at(await read(neighbour), "metadata", "resourceVersion");
      for (let last: unknown, now = await revision(); now !== last; [last, now] = [now, await revision()])
        await sleep(3_000); // the operator has no more to say of it
      before = await whatRuns();
      beside = [await read(neighbour), await podsOf("neighbour")];
    }, 1_800_000);

    afterEach(async () => {
      expect(await whatRuns()).toEqual(before);
      expect([await read(neighbour), await podsOf("neighbour")]).toEqual(beside);
    });
    afterAll(async () => {
      await engine?.stop();
      await rehearsal?.stop();
    });

    test("that Helm holds is refused, with what to do there, and stays as it is", async () => {
      expect(before.pods.length).toBeGreaterThan(1);
      await patch({ metadata: { ...wanted.metadata, labels: { "app.kubernetes.io/managed-by": "Helm" } } });
      const stays = await written();
      const said = await adopt();
      expect(said).toMatch(
        /✖ Helm \(label app\.kubernetes\.io\/managed-by: Helm\): first .*resource-policy: keep/,
      );
      expect(said).toMatch(/error: nothing was changed: Helm must let go first/);
      expect(await written()).toEqual(stays);
      await expect(readFile(file())).rejects.toThrow("ENOENT");
      await patch({ metadata: { ...wanted.metadata, labels: { "app.kubernetes.io/managed-by": null } } });
    });

    test("stays as it is unless it is confirmed", async () => {
      const stays = await written();
      const said = await adopt({ yes: false });
      expect(said).toMatch(/its label and Pulumi's own annotations, and nothing else: no pod starts anew/);
      expect(said).toMatch(/error: nothing was changed: add --yes to do it/);
      expect(await written()).toEqual(stays);
      await expect(readFile(file())).rejects.toThrow("ENOENT");
    });

    test("that another stack has is refused", async () => {
      await patch({ metadata: { ...wanted.metadata, labels: { [ownerLabel]: "theirs-1" } } });
      expect(await adopt()).toMatch(/error: nothing was changed: stack theirs-1 must let go first/);
      await patch({ metadata: { ...wanted.metadata, labels: { [ownerLabel]: null } } });
    });

    test("gets the stack's label and nothing else, and the stack its file", async () => {
      const { metadata: was } = await read(wanted);
      expect(await adopt()).toMatch(/Pulumi\.adopted\.yaml is written\. .*Next:\s+pulumi stack init adopted/);
      const { metadata: is } = await read(wanted);
      expect(at(is, "labels")).toEqual({ ...(at(was, "labels") as object), [ownerLabel]: owner });
      expect(at(is, "annotations")).toEqual(at(was, "annotations"));
      expect(parse(await readFile(file(), "utf8")).config["dynamo:graphs"]).toHaveLength(1);
    });

    test("is refused, by the field, where the stack would start its pods anew", async () => {
      const before = await readFile(file(), "utf8");
      const changed = parse(before);
      const [graph] = changed.config["dynamo:graphs"];
      graph.adopted.patch = graph.adopted.patch.filter(
        ({ path }: { path: string }) => !path.endsWith("startupProbe"),
      );
      await writeFile(file(), stringify(changed));
      const said = await adopt();
      expect(said).toMatch(
        /✖ spec\.\S*Frontend\S*startupProbe\S*: nothing → .*: starts anew \d pods? of Frontend/,
      );
      expect(said).toMatch(
        /error: nothing was changed: Pulumi\.adopted\.yaml differs in spec\.\S*startupProbe, by which \d pods? of Frontend would start anew\. .* write this into dynamo:graphs\[0\]:\s+adopted:/,
      );
      await writeFile(file(), before);
      expect(await adopt()).toMatch(/The label of stack adopted is on dynamo\/chat/);
    });

    test("is taken up by an update, which changes nothing of it, and neither does the next", async () => {
      const stack = readStack("adopted", directory);
      engine = await startEngine({
        tools: await buildTools(rehearsalTools),
        kubeconfig: rehearsal.kubeconfig,
        stack,
      });
      await engine.stack.up();
      const { metadata } = await read(wanted);
      expect(at(metadata, "annotations", "pulumi.com/deletionPropagationPolicy")).toBe("background");
      expect(at(metadata, "labels", ownerLabel)).toBe(owner);
      expect(await whatRuns()).toEqual(before);
      await expect(engine.stack.up({ expectNoChanges: true })).resolves.toBeDefined();
      await expect(engine.stack.refresh({ expectNoChanges: true })).resolves.toBeDefined();
    });
  });
