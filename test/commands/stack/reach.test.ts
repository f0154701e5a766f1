import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { V1Node, V1Service } from "@kubernetes/client-node";
import { UserError } from "../../../commands/cli/userError";
import type { StackGraph } from "../../../commands/stack/deployedStack";
import { exposed, type ReachOptions, reach } from "../../../commands/stack/reach";
import { fakeCluster } from "./fakeCluster";

const graph = (rest: Partial<StackGraph>): StackGraph => ({
  name: "chat",
  deployment: "chat",
  namespace: "dynamo",
  model: "tiny",
  service: "chat-frontend",
  expose: "ClusterIP",
  endpoint: undefined,
  ...rest,
});

const node = (name: string, ready: boolean, addresses: Record<string, string>, cordoned = false): V1Node => ({
  metadata: { name },
  spec: { unschedulable: cordoned },
  status: {
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    addresses: Object.entries(addresses).map(([type, address]) => ({ type, address })),
  },
});

const nodePort = (port: number): V1Service => ({ spec: { ports: [{ port: 8000, nodePort: port }] } });
const loadBalancer = (...ingress: object[]): V1Service => ({
  spec: { ports: [{ port: 8000 }] },
  status: { loadBalancer: { ingress } },
});

describe("where a graph is exposed", () => {
  const urls = async (rest: Partial<StackGraph>, contents: Parameters<typeof fakeCluster>[0] = {}) =>
    (await exposed(graph(rest), fakeCluster(contents))).map(({ url }) => url);

  test("at a load balancer's address, of which there is none at first", async () => {
    const at = (...ingress: object[]) =>
      urls({ expose: "LoadBalancer" }, { service: loadBalancer(...ingress) });
    expect(await at({ ip: "192.0.2.1" })).toEqual(["http://192.0.2.1:8000"]);
    expect(await at({ hostname: "lb.example.com" })).toEqual(["http://lb.example.com:8000"]);
    expect(await at({ ip: "2001:db8::1" })).toEqual(["http://[2001:db8::1]:8000"]);
    expect(await at()).toEqual([]);
  });

  test("at a port of a node that is Ready, by its external address first", async () => {
    const nodes = [
      node("down", false, { InternalIP: "10.0.0.1" }),
      node("cordoned", true, { InternalIP: "10.0.0.2" }, true),
      node("up", true, { Hostname: "up", InternalIP: "10.0.0.3", ExternalIP: "192.0.2.3" }),
    ];
    expect(await urls({ expose: "NodePort" }, { service: nodePort(30200), nodes })).toEqual([
      "http://192.0.2.3:30200",
      "http://10.0.0.3:30200",
    ]);
    expect(
      await urls({ expose: "NodePort" }, { service: nodePort(30200), nodes: nodes.slice(0, 2) }),
    ).toEqual([]);
  });

  test("at the host of its Ingress, as its endpoint says", async () => {
    const host = "llm.example.com";
    expect(await urls({ expose: "Ingress", host, endpoint: `https://${host}` })).toEqual([`https://${host}`]);
    expect(await urls({ expose: "Ingress", host, endpoint: `http://${host}` })).toEqual([`http://${host}`]);
  });

  test("at the host of its Gateway, which may have TLS", async () => {
    const host = "llm.example.com";
    const found = await urls({ expose: "Gateway", host, endpoint: `http://${host}` });
    expect(found).toEqual([`http://${host}`, `https://${host}`]);
  });

  test("nowhere, where only the cluster can reach it", async () => {
    expect(await urls({ expose: "ClusterIP" })).toEqual([]);
  });
});

describe("the way that is taken", () => {
  const ways: { close(): Promise<void> }[] = [];
  afterEach(() => Promise.all(ways.splice(0).map((way) => way.close())));
  const pods = { "chat-0": 1, "chat-1": 1 };

  async function wayOf(
    rest: Partial<StackGraph>,
    contents: Parameters<typeof fakeCluster>[0] = {},
    options?: ReachOptions,
  ) {
    const way = await reach(graph(rest), fakeCluster({ pods, ...contents }), options);
    ways.push(way);
    return way;
  }

  async function listener(): Promise<number> {
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(server, "listening");
    ways.push({ close: async () => void server.close() });
    return (server.address() as AddressInfo).port;
  }

  test("is the address that is exposed, where it accepts connections", async () => {
    const port = await listener();
    const nodes = [node("gpu-0", true, { InternalIP: "127.0.0.1" })];
    const way = await wayOf({ expose: "NodePort" }, { service: nodePort(port), nodes });
    expect(way.url).toBe(`http://127.0.0.1:${port}`);
    expect(way.description).toBe(`node port of gpu-0, http://127.0.0.1:${port}`);
  });

  test("is a port-forward where it does not", async () => {
    const nodes = [node("gpu-0", true, { InternalIP: "127.0.0.1" })];
    const way = await wayOf({ expose: "NodePort" }, { service: nodePort(1), nodes });
    expect(way.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(way.description).toBe(
      "port-forward to chat-0, chat-1: node port of gpu-0 (127.0.0.1:1) accepts no connection from here",
    );
  });

  test("is a port-forward where an address takes no packet, soon", async () => {
    const begin = Date.now();
    const service = loadBalancer({ ip: "192.0.2.1" }); // nobody's, by RFC 5737
    const way = await wayOf({ expose: "LoadBalancer" }, { service }, { connectTimeout: 200 });
    expect(way.description).toMatch(
      /^port-forward .*load balancer \(192\.0\.2\.1:8000\) accepts no connection/,
    );
    expect(Date.now() - begin).toBeLessThan(2_000);
  });

  test("is a port-forward where a name is not known, there is no address yet, or nothing is exposed", async () => {
    const ingress = await wayOf({ expose: "Ingress", host: "llm.invalid" });
    expect(ingress.description).toMatch(/Ingress llm\.invalid \(llm\.invalid\) accepts no connection/);
    const pending = await wayOf({ expose: "LoadBalancer" }, { service: loadBalancer() });
    expect(pending.description).toMatch(/: the LoadBalancer has no address yet$/);
    expect((await wayOf({})).description).toBe("port-forward to chat-0, chat-1: the graph is not exposed");
  });

  test("is a port-forward where that is asked for", async () => {
    const port = await listener();
    const nodes = [node("gpu-0", true, { InternalIP: "127.0.0.1" })];
    const contents = { service: nodePort(port), nodes };
    const way = await wayOf({ expose: "NodePort" }, contents, { portForward: true });
    expect(way.description).toBe("port-forward to chat-0, chat-1: as asked for");
  });

  test("is a port-forward where one may not look at nodes", async () => {
    const cluster = fakeCluster({ pods, service: nodePort(1) });
    cluster.nodes = () => Promise.reject(new UserError("the nodes: nodes is forbidden"));
    const way = await reach(graph({ expose: "NodePort" }), cluster);
    ways.push(way);
    expect(way.description).toBe("port-forward to chat-0, chat-1: the nodes: nodes is forbidden");
  });

  test("is none where no frontend is Ready", async () => {
    const attempt = wayOf({}, { pods: {} });
    await expect(attempt).rejects.toThrow(UserError);
    await expect(attempt).rejects.toThrow(
      "no pod behind Service dynamo/chat-frontend is Ready: look at kubectl --namespace dynamo get pods",
    );
  });
});
