import { type CustomObjectsApi, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import { type CertificateFiles, startTlsBridge, type TlsBridge } from "../members/tlsBridge";

const apiVersion = "kwok.x-k8s.io/v1alpha1";
const serverSideApply = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);

/** Certificates of a pod: the one of its Secret, and the one that this machine has in its place. */
interface Certificates {
  readonly cluster: CertificateFiles;
  readonly local: CertificateFiles;
}

export interface PortForwards {
  /**
   * Has kwok, which stands in the place of the kubelets' servers, forward the ports of a pod to its process. It goes with
   * the pod.
   * @param certificates for ports of members that speak TLS: who comes this way sees the cluster's. @default none
   */
  open(pod: V1Pod, address: string, certificates?: Certificates): Promise<void>;
  stop(): Promise<void>;
}

export function createPortForwards(objects: CustomObjectsApi): PortForwards {
  /** By address of the pod, which the next one of its name has too. */
  const bridges = new Map<string, readonly TlsBridge[]>();

  async function targets(ports: readonly number[], address: string, certificates: Certificates | undefined) {
    if (certificates === undefined) return ports;
    await close(address);
    const { cluster, local } = certificates;
    const made = await Promise.all(
      ports.map((port) => startTlsBridge({ host: address, port }, cluster, local)),
    );
    bridges.set(address, made);
    return made.map(({ port }) => port);
  }

  async function close(address: string): Promise<void> {
    const old = bridges.get(address) ?? [];
    bridges.delete(address);
    await Promise.all(old.map((bridge) => bridge.close()));
  }

  return {
    async open(pod, address, certificates) {
      const { name = "", namespace = "", uid } = pod.metadata ?? {};
      const containers = pod.spec?.containers ?? [];
      const ports = containers
        .flatMap((container) => container.ports ?? [])
        .map((port) => port.containerPort);
      const at = await targets(ports, address, certificates);
      const body = {
        apiVersion,
        kind: "PortForward",
        metadata: { name, namespace, ownerReferences: [{ apiVersion: "v1", kind: "Pod", name, uid }] },
        spec: {
          forwards: ports.map((port, i) => ({ ports: [port], target: { address, port: at[i] ?? port } })),
        },
      };
      const [group = "", version = ""] = apiVersion.split("/");
      const type = { group, version, plural: "portforwards", namespace, name };
      const fieldManager = "dynamo-rehearsal";
      await objects.patchNamespacedCustomObject(
        { ...type, body, fieldManager, force: true },
        serverSideApply,
      );
    },
    async stop() {
      await Promise.all([...bridges.keys()].map(close));
    },
  };
}
