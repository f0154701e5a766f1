import { type CustomObjectsApi, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";

const apiVersion = "kwok.x-k8s.io/v1alpha1";
const serverSideApply = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);

/**
 * Has kwok, which stands in the place of the kubelets' servers, forward the ports of a pod to its process. It goes with
 * the pod.
 */
export async function forwardPorts(objects: CustomObjectsApi, pod: V1Pod, address: string): Promise<void> {
  const { name = "", namespace = "", uid } = pod.metadata ?? {};
  const containers = pod.spec?.containers ?? [];
  const ports = containers.flatMap((container) => container.ports ?? []).map((port) => port.containerPort);
  const body = {
    apiVersion,
    kind: "PortForward",
    metadata: { name, namespace, ownerReferences: [{ apiVersion: "v1", kind: "Pod", name, uid }] },
    spec: { forwards: ports.map((port) => ({ ports: [port], target: { address, port } })) },
  };
  const [group = "", version = ""] = apiVersion.split("/");
  const type = { group, version, plural: "portforwards", namespace, name };
  const fieldManager = "dynamo-rehearsal";
  await objects.patchNamespacedCustomObject({ ...type, body, fieldManager, force: true }, serverSideApply);
}
