/** What a rehearsal lays around a real operator, by a program that is none, and what becomes of one that ends. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  RbacAuthorizationV1Api,
} from "@kubernetes/client-node";
import { apiClient } from "../../rehearsal/clients";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { applyCrds } from "../../rehearsal/crds";
import { prepareDynamoOperator } from "../../rehearsal/dynamoOperator";
import { readOperatorCommand } from "../../rehearsal/realOperator/command";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { runtime } from "../config/runtimes";

jest.setTimeout(180_000);

const manager = join(__dirname, "manager.js");
const runsInPod = existsSync("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
const graphs = { group: "nvidia.com", namespace: "default", plural: "dynamographdeployments" };

/** The versions of graphs, of which 1.4 stores the first. */
const crd = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "dynamographdeployments.nvidia.com" },
  spec: {
    group: "nvidia.com",
    scope: "Namespaced",
    names: { kind: "DynamoGraphDeployment", plural: "dynamographdeployments" },
    versions: ["v1alpha1", "v1beta1"].map((name) => ({
      name,
      served: true,
      storage: name === "v1alpha1",
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      },
    })),
  },
};

let plane: ControlPlane;
let operator: { stop(): Promise<void> };
let objects: CustomObjectsApi;
let seen: { args: string[]; namespace: string; account: string; kubeconfig: string };
let onEnd: (error: Error) => void;
const ended = new Promise<Error>((resolve) => {
  onEnd = resolve;
});
const crds = mkdtempSync(join(tmpdir(), "crds-"));

const options = (args: string) => ({
  kubeconfig: plane.kubeconfig,
  directory: plane.directory,
  command: readOperatorCommand(`${manager} ${args}`, "1.4"),
  runtime: runtime("1.4.2", "kubernetes"),
  onEnd,
});
const create = (version: string, name: string) =>
  objects.createNamespacedCustomObject({
    ...graphs,
    version,
    body: {
      apiVersion: `nvidia.com/${version}`,
      kind: "DynamoGraphDeployment",
      metadata: { name },
      spec: {},
    },
  });

beforeAll(async () => {
  writeFileSync(join(crds, "graphs.yaml"), JSON.stringify(crd));
  plane = await startControlPlane(await buildTools(rehearsalTools));
  objects = apiClient(plane.kubeconfig, CustomObjectsApi);
  const prepared = await prepareDynamoOperator(options("--own"));
  await applyCrds(plane.kubeconfig, crds, prepared.adapt);
  operator = await prepared.start();
  seen = JSON.parse(readFileSync(join(plane.directory, "operator.log"), "utf8"));
}, 2_400_000);

afterAll(async () => {
  await operator?.stop();
  await plane?.stop();
  rmSync(crds, { recursive: true });
});

test("it finds its settings, its version, and the user's own arguments after them", () =>
  expect(seen.args).toEqual([
    `--config=${join(plane.directory, "operator.json")}`,
    "--operator-version=1.4.2",
    "--zap-stacktrace-level=panic",
    "--own",
  ]));

test("it finds its namespace where a pod has it, and nobody else does", async () => {
  expect(seen.namespace).toBe("dynamo-system");
  expect(seen.account).toBe("dynamo-system/dynamo-operator-controller-manager");
  await apiClient(plane.kubeconfig, CoreV1Api).readNamespace({ name: "dynamo-system" });
  expect(existsSync("/var/run/secrets/kubernetes.io/serviceaccount/namespace")).toBe(runsInPod);
});

test("it is its ServiceAccount, with all rights", async () => {
  const own = new KubeConfig();
  own.loadFromFile(seen.kubeconfig);
  const { status } = await own.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  expect(status?.userInfo?.username).toBe(
    "system:serviceaccount:dynamo-system:dynamo-operator-controller-manager",
  );
  const access = await own.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
    body: { spec: { resourceAttributes: { group: "*", resource: "*", verb: "*" } } },
  });
  expect(access.status?.allowed).toBe(true);
});

test("ClusterRoles are there that it gives to others", async () => {
  const { rbac } = JSON.parse(readFileSync(join(plane.directory, "operator.json"), "utf8"));
  const rights = apiClient(plane.kubeconfig, RbacAuthorizationV1Api);
  for (const name of Object.values<string>(rbac)) await rights.readClusterRole({ name });
  expect(Object.keys(rbac)).toHaveLength(3);
});

test("the API server asks it of each graph, and converts by it", async () => {
  await create("v1alpha1", "served");
  const read = (version: string) => objects.getNamespacedCustomObject({ ...graphs, version, name: "served" });
  // Its webhooks are of v1beta1, and it is stored as v1alpha1: converted to be mutated, and back.
  expect((await read("v1alpha1")).spec).toEqual({
    mutated: "nvidia.com/v1beta1",
    convertedFrom: "nvidia.com/v1beta1",
  });
  expect((await read("v1beta1")).spec).toMatchObject({ convertedFrom: "nvidia.com/v1alpha1" });
});

test.each(["v1alpha1", "v1beta1"])("what it refuses is refused in %s", async (version) => {
  await expect(create(version, "refused")).rejects.toThrow(/refused by the operator/);
});

test("its end is told, with the end of its log", async () => {
  writeFileSync(join(plane.directory, "end"), "");
  const { message } = await ended;
  expect(message).toMatch(
    /^the Dynamo operator \(\S+manager\.js\) has ended by itself, with exit code 7; the end of/,
  );
  expect(message).toMatch(/\ntold to end$/);
});
