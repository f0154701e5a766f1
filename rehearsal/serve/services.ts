/** A kube-proxy and a DNS for this machine: Services at loopback addresses, and their names. */
import {
  CoreV1Api,
  DiscoveryV1Api,
  type KubeConfig,
  type V1EndpointSlice,
  type V1Service,
} from "@kubernetes/client-node";
import { type ClientService, type Endpoint, startClientService } from "../members/clientService";
import { watchObjects } from "../watchObjects";
import { type Addresses, loopback } from "./addresses";

interface ServicesOptions {
  readonly config: KubeConfig;
  readonly addresses: Addresses;
  readonly report?: (line: string) => void;
}

/** Services of a cluster that answer on this machine. */
export interface Services {
  /** Address by the name that DNS has for a Service, or for a pod of a headless one. */
  readonly hosts: { get(name: string): string | undefined };
  /** Those that exist. */
  all(): V1Service[];
  stop(): Promise<void>;
}

/** A port at which a Service is reached. */
interface Door extends Endpoint {
  /** Name of the Service's port. */
  readonly portName: string;
}

/**
 * Each Service answers at an address of its own and, if it has node ports, at the nodes'. Its connections go to the
 * endpoints that are ready, or, where none is, to those that still serve while they end, as kube-proxy has it. They
 * stay where they are until an end of them closes them.
 */
export async function startServices({ config, addresses, report }: ServicesOptions): Promise<Services> {
  const core = config.makeApiClient(CoreV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const services = new Map<string, V1Service>();
  const slices = new Map<string, V1EndpointSlice>();
  /** Open ports by `host:port`. */
  const open = new Map<string, { key: string; service: Promise<ClientService | undefined> }>();
  const closing = new Set<Promise<ClientService | undefined>>();

  function endpointsOf(key: string, portName: string): Endpoint[] {
    const own = [...slices.values()].filter((slice) => serviceOf(slice) === key);
    const of = (isWanted: (conditions: Conditions) => boolean | undefined) =>
      own.flatMap(({ endpoints, ports }) => {
        const port = ports?.find(({ name }) => (name ?? "") === portName)?.port;
        if (port === undefined) return [];
        return (endpoints ?? [])
          .filter(({ conditions }) => isWanted(conditions ?? {}))
          .flatMap((endpoint) => endpoint.addresses.map((ip) => ({ host: loopback(ip), port })));
      });
    const ready = of(({ ready }) => ready ?? true);
    return ready.length > 0 ? ready : of(({ serving, terminating }) => serving && terminating);
  }

  function update(key: string, doors: readonly Door[]) {
    const wanted = new Map(doors.map((door) => [`${door.host}:${door.port}`, door]));
    for (const [at, { key: owner, service }] of open) {
      if (owner !== key || wanted.has(at)) continue;
      open.delete(at);
      closing.add(service);
      void service.then((listening) => listening?.closeToNew());
    }
    for (const [at, door] of wanted) {
      if (open.has(at)) continue;
      const service = startClientService(door, () => endpointsOf(key, door.portName)).catch(
        (error: Error) => {
          report?.(`Service ${key} does not answer at ${at}: ${error.message}`);
          return undefined;
        },
      );
      open.set(at, { key, service });
    }
  }

  function doorsOf({ metadata, spec }: V1Service): Door[] {
    if (spec?.clusterIP === undefined || spec.clusterIP === "None") return [];
    const host = addresses.ofService(metadata?.namespace ?? "", metadata?.name ?? "");
    const tcp = (spec.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
    return tcp.flatMap(({ name: portName = "", port, nodePort }) => [
      { host, port, portName },
      ...(nodePort ? [{ host: addresses.node, port: nodePort, portName }] : []),
    ]);
  }

  const watches = await Promise.all([
    watchObjects(config, "/api/v1/services", () => core.listServiceForAllNamespaces(), {
      seen(service) {
        services.set(keyOf(service), service);
        update(keyOf(service), doorsOf(service));
      },
      gone(service) {
        services.delete(keyOf(service));
        update(keyOf(service), []);
      },
    }),
    watchObjects(
      config,
      "/apis/discovery.k8s.io/v1/endpointslices",
      () => discovery.listEndpointSliceForAllNamespaces(),
      {
        seen: (slice) => void slices.set(keyOf(slice), slice),
        gone: (slice) => void slices.delete(keyOf(slice)),
      },
    ),
  ]);
  return {
    hosts: {
      get(host) {
        const labels = host.replace(/\.svc(\.cluster\.local)?$/, "").split(".");
        const [namespace = "", name = "", pod, ...rest] = labels.reverse();
        if (rest.length > 0 || !services.has(`${namespace}/${name}`)) return undefined;
        return pod ? addresses.ofPod(namespace, pod) : addresses.ofService(namespace, name);
      },
    },
    all: () => [...services.values()],
    async stop() {
      await Promise.all(watches.map((watch) => watch.stop()));
      const every = [...closing, ...[...open.values()].map(({ service }) => service)];
      await Promise.all(every.map(async (service) => (await service)?.close()));
    },
  };
}

type Conditions = NonNullable<V1EndpointSlice["endpoints"][number]["conditions"]>;

const keyOf = ({ metadata }: V1Service | V1EndpointSlice) => `${metadata?.namespace}/${metadata?.name}`;
const serviceOf = ({ metadata }: V1EndpointSlice) =>
  `${metadata?.namespace}/${metadata?.labels?.["kubernetes.io/service-name"]}`;
