/** Loopback addresses in the place of a cluster's own. */
import { randomInt } from "node:crypto";

export interface Addresses {
  /** Address of all nodes: node ports are there, and the servers of kubelets. */
  readonly node: string;
  /** The same for pods that have the name one after the other, as a StatefulSet's. */
  ofPod(namespace: string, name: string): string;
  ofService(namespace: string, name: string): string;
}

/** Addresses that were given to nobody before. Of rehearsals at the same time each has a random network of its own. */
export function createAddresses(): Addresses {
  const network = `127.${randomInt(1, 96)}`; // podIP() keeps off the 10.96.0.0/16 of Services and the nodes' ranges above
  const given = new Map<string, string>();
  function give(key: string) {
    const index = given.size + 1;
    const address = given.get(key) ?? `${network}.${index >> 8}.${index & 255}`;
    given.set(key, address);
    return address;
  }
  return {
    node: give("node"),
    ofPod: (namespace, name) => give(`pod ${namespace}/${name}`),
    ofService: (namespace, name) => give(`service ${namespace}/${name}`),
  };
}

/** The address by which Kubernetes knows a pod: its EndpointSlices take no loopback address. */
export function podIP(address: string): string {
  return address.replace(/^127\./, "10.");
}

/** Address on this machine of the pod that Kubernetes knows by another. */
export function loopback(ip: string): string {
  return ip.replace(/^10\./, "127.");
}
