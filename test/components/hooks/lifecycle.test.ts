/** What hooks do when Services, Certificates and graphs change. */
import * as pulumi from "@pulumi/pulumi";
import { drainFrontends } from "../../../components/hooks/drainFrontends";
import { untilReady } from "../../../components/hooks/readyGraphs";
import { secretGoesWithCertificate } from "../../../components/hooks/secretOfCertificate";
import { startOf } from "../../../components/hooks/startingReplicas";
import { readStack } from "../../../config/project";
import type { GraphPlan } from "../../../plan/graph/graphPlan";
import type { Component } from "../../../plan/graph/model";
import { digestOf } from "../../../plan/graph/summary";
import { planStack } from "../../../plan/stack";
import type { SwitchoverPlan } from "../../../plan/switchover";
import { clusters, type FakeCluster } from "../../apiServer";
import { type Example, examples } from "../../examples/examples";
import { call, inEngine, told } from "./engine";

const cluster = clusters();
const graphLabel = "nvidia.com/dynamo-graph-deployment-name";

describe("a Service of frontends", () => {
  const service = (graph: string) => ({
    metadata: { namespace: "dynamo" },
    spec: { selector: { [graphLabel]: graph, role: "frontend" } },
  });
  const pod = (graph: string, role: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${graph}-${role}`, namespace: "dynamo", labels: { [graphLabel]: graph, role } },
  });
  const moved = async (from: string, to: string, answers = {}) => {
    const fake = await cluster(answers);
    fake.add(pod("old", "frontend"), pod("old", "worker"), pod("new", "frontend"));
    const lines = await told(() =>
      call(() => drainFrontends("chat", fake.address), { oldInputs: service(from), newInputs: service(to) }),
    );
    const left = ["old-frontend", "old-worker", "new-frontend"].filter((name) => fake.find("Pod", name));
    return { left, lines };
  };

  test("that moves to another graph ends the connections of the old one's", async () =>
    expect(await moved("old", "new")).toEqual({ left: ["old-worker", "new-frontend"], lines: [] }));
  test("that stays ends none", async () => expect((await moved("old", "old")).left).toHaveLength(3));
  test("whose pods may not be deleted is told of", async () =>
    expect(await moved("old", "new", { "DELETE /api/v1": 403 })).toEqual({
      left: ["old-frontend", "old-worker", "new-frontend"],
      lines: [
        expect.stringMatching(/^warn: can't end the connections to the frontends of old: .* when it goes: /),
      ],
    }));
});

describe("the Secret of a Certificate", () => {
  const newOutputs = {
    metadata: { name: "nats", namespace: "nats-system", uid: "a" },
    spec: { secretName: "nats-tls" },
  };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "nats-tls", namespace: "nats-system" },
  };

  test("goes with it", async () => {
    const fake = await cluster();
    fake.add(secret);
    const lines = await told(() =>
      call(() => secretGoesWithCertificate("nats", fake.address), { newOutputs }),
    );
    expect(lines).toEqual([]);
    expect(fake.find("Secret", "nats-tls")?.metadata?.ownerReferences).toEqual([
      { apiVersion: "cert-manager.io/v1", kind: "Certificate", name: "nats", uid: "a" },
    ]);
  });
  test("that can't is told of", async () => {
    const fake = await cluster();
    expect(
      await told(() => call(() => secretGoesWithCertificate("nats", fake.address), { newOutputs })),
    ).toEqual([
      expect.stringMatching(/^warn: Secret nats-system\/nats-tls will stay when its Certificate goes: /),
    ]);
  });
});

describe("a graph", () => {
  const [plan] = planStack(readStack("dev").settings).graphs as [GraphPlan];
  const { deployment } = plan;
  const component = undefined as unknown as pulumi.Resource;
  const switchover = { kind: "none", replaced: {} } as unknown as SwitchoverPlan;
  const ready = {
    observedGeneration: 1,
    conditions: [{ type: "Ready", status: "True" }],
    state: "successful",
    [plan.readiness.status]: Object.fromEntries(
      Object.entries(plan.readiness.replicas).map(([name, readyReplicas]) => [name, { readyReplicas }]),
    ),
  };
  const live = (status: object) => ({
    ...deployment,
    metadata: { ...deployment.metadata, generation: 1 },
    status,
  });
  interface Wait {
    readonly status?: object;
    readonly isChanged?: boolean;
    readonly digest?: string;
    readonly isPreview?: boolean;
  }
  const wait = async ({ status = {}, isChanged = true, digest, isPreview = false }: Wait) => {
    const fake = await cluster();
    fake.add(live(status));
    const deployed = digest === undefined ? {} : { [plan.name]: { digest } };
    const awaited = { component, isChanged, deployed, switchover, cluster: fake.address, start: {} };
    let error = "";
    const lines = await told(() =>
      inEngine(() => untilReady({ ...plan, readyTimeout: "0s" }, awaited as never), { isPreview }).catch(
        (failure) => {
          error = failure instanceof pulumi.RunError ? failure.message : String(failure.stack);
        },
      ),
    );
    return { error, lines };
  };
  const inVain = `graph ${plan.name}: ${deployment.metadata.name} was not Ready within 0s`;

  test("that is Ready is not awaited", async () =>
    expect(await wait({ status: ready })).toEqual({ error: "", lines: [] }));
  test("that is not in time ends the update, with what it lacks", async () => {
    const { error, lines } = await wait({});
    expect(error).toBe(inVain);
    expect(lines[0]).toMatch(new RegExp(`^error: ${inVain} \\(dynamo:graphs\\[\\].readyTimeout\\): .`));
  });
  test("that nothing has changed since an update that succeeded is not awaited", async () =>
    expect((await wait({ isChanged: false, digest: digestOf(deployment) })).error).toBe(""));
  test.each<[string, Wait]>([
    ["has changed", { digest: digestOf(deployment) }],
    ["was other when an update succeeded", { isChanged: false, digest: "other" }],
    ["no update has succeeded with", { isChanged: false }],
  ])("that %s is awaited", async (_, waited) => expect((await wait(waited)).error).toBe(inVain));
  test("is not awaited by a preview", async () => expect((await wait({ isPreview: true })).error).toBe(""));

  test("that waits has its scaled components raised, and is told once where that can't be", async () => {
    const adapters = "dynamographdeploymentscalingadapters";
    const adapter = {
      apiVersion: "nvidia.com/v1alpha1",
      kind: "DynamoGraphDeploymentScalingAdapter",
      metadata: { name: `${deployment.metadata.name}-worker`, namespace: deployment.metadata.namespace },
      spec: { replicas: 1 },
    };
    const raised = async (answers = {}) => {
      const fake = await cluster(answers);
      fake.add(live({}), adapter);
      const awaited = {
        component,
        isChanged: true,
        deployed: {},
        switchover,
        cluster: fake.address,
        start: { Worker: 2 },
      };
      const lines = await told(() =>
        inEngine(() => untilReady({ ...plan, readyTimeout: "1s" }, awaited as never)).catch(() => {}),
      );
      const warnings = lines.filter((line) => line.startsWith("warn"));
      return { warnings, asked: fake.writes.length, found: fake.find(adapter.kind, adapter.metadata.name) };
    };
    expect(await raised()).toMatchObject({ warnings: [], asked: 1, found: { spec: { replicas: 2 } } });
    expect(await raised({ [adapters]: 403 })).toMatchObject({ warnings: [expect.stringContaining("403")] });
  });

  test("that takes another's place begins with as many workers as serve", async () => {
    const { config } = examples.find((one) => one.name === "autoscaling-hpa") as Example;
    const [scaled] = planStack(config).graphs as [GraphPlan];
    const { name, role, scaling } = scaled.components.find((one) => one.scaling !== undefined) as Component;
    const fake = await cluster();
    fake.add({
      apiVersion: "nvidia.com/v1alpha1",
      kind: "DynamoGraphDeployment",
      metadata: { name: "before", namespace: scaled.deployment.metadata.namespace },
      spec: { services: { [name]: { componentType: role, replicas: scaling?.max } } },
    });
    const replaced = { [scaled.name]: { deployment: "before", apiVersion: "nvidia.com/v1alpha1" } };
    const start = (where: FakeCluster["address"], isPreview = false) =>
      inEngine(() => startOf(scaled, { replaced } as never, where), { isPreview });
    expect(await start(fake.address)).toEqual({ [name]: scaling?.max });
    expect(await start(fake.address, true)).toEqual({ [name]: scaling?.min });
    const forbidden = await cluster({ "GET /apis/nvidia.com": 403 });
    expect(await told(() => start(forbidden.address))).toEqual([
      expect.stringMatching(
        /^warn: can't tell how many workers of before serve: .* begins with the minimum: /,
      ),
    ]);
  });
});
