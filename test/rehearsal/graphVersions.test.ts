/** A graph in v1beta1, as the stand-in operator works on it and tells its status. */
import { readGraph, writtenStatus } from "../../rehearsal/operator/graphVersions";

const metadata = { name: "chat", namespace: "dynamo" };
const services = { Worker: { componentKind: "Deployment", componentName: "chat-worker", replicas: 1 } };
const container = { name: "main", image: "i" };

test("what is in v1beta1 is read as v1alpha1, and its status is written back by component", () => {
  const graph = readGraph({
    apiVersion: "nvidia.com/stored",
    kind: "DynamoGraphDeployment",
    metadata,
    spec: {
      backendFramework: "vllm",
      env: [],
      components: [{ name: "Worker", type: "decode", podTemplate: { spec: { containers: [container] } } }],
    },
    status: { state: "successful", components: services as never },
  });
  expect(graph).toMatchObject({
    apiVersion: "nvidia.com/v1beta1",
    spec: {
      services: {
        Worker: {
          componentType: "worker",
          subComponentType: "decode",
          extraPodSpec: { mainContainer: container },
        },
      },
    },
    status: { state: "successful", services },
  });
  expect(writtenStatus(graph)).toEqual({ state: "successful", components: services });
});

test("a frontend beside an engine is a container in v1beta1, and a field in v1alpha1", () => {
  const beside = { name: "beside", image: "f", args: ["-m"], envFrom: [{ secretRef: { name: "hf" } }] };
  const graph = readGraph({
    apiVersion: "nvidia.com/stored",
    kind: "DynamoGraphDeployment",
    metadata,
    spec: {
      backendFramework: "vllm",
      env: [],
      components: [
        {
          name: "Worker",
          type: "decode",
          frontendSidecar: "beside",
          podTemplate: { spec: { containers: [container, beside] } },
        },
      ],
    },
  });
  expect(graph.spec.services?.Worker).toMatchObject({
    frontendSidecar: { image: "f", args: ["-m"], envFromSecret: "hf" },
    extraPodSpec: { mainContainer: container },
  });
});

test("what is in v1alpha1 stays as it is", () => {
  const spec = { services: { Worker: { componentType: "worker" } } };
  const graph = readGraph({
    apiVersion: "nvidia.com/stored",
    kind: "DynamoGraphDeployment",
    metadata,
    spec,
    status: { services: services as never },
  } as never);
  expect(graph).toMatchObject({ apiVersion: "nvidia.com/v1alpha1", spec, status: { services } });
  expect(writtenStatus(graph)).toEqual({ services });
});
