/** How Services open the cluster. */
import { type Case, unknown } from "../judge";
import { object, service } from "../objects";

const api = "Service dynamo/api";
const ports = (...numbers: unknown[]) => numbers.map((nodePort) => ({ port: 80, nodePort }));
const nodePort = (...numbers: unknown[]) => service({ type: "NodePort", ports: ports(...numbers) });

const nodePorts: readonly Case[] = [
  ["one in the range", [nodePort(30200)], []],
  ["none", [service({ ports: [{ port: 80 }] }), object("v1", "ConfigMap", "files")], []],
  [
    "two Services, two ports",
    [nodePort(30200), service({ type: "NodePort", ports: ports(30201) }, "web")],
    [],
  ],
  [
    "one number for TCP and UDP",
    [service({ type: "NodePort", ports: [{ nodePort: 30053, protocol: "UDP" }, { nodePort: 30053 }] })],
    [],
  ],
  ["a load balancer, which may leave it", [service({ type: "LoadBalancer", ports: [{ port: 80 }] })], []],
  [
    "left to the cluster",
    [service({ type: "NodePort", ports: [{ port: 80 }] })],
    [`${api} leaves its node port to the cluster`],
  ],
  [
    "below the range, and above",
    [nodePort(8080, 32768)],
    [
      `${api} has node port 8080, outside of 30000 to 32767`,
      `${api} has node port 32768, outside of 30000 to 32767`,
    ],
  ],
  ["reserved", [nodePort(30100)], [`${api} has node port 30100, which is reserved`]],
  [
    "reserved, of a load balancer",
    [service({ type: "LoadBalancer", ports: ports(30100) })],
    [`${api} has node port 30100, which is reserved`],
  ],
  [
    "of another Service",
    [
      nodePort(30200),
      service({ type: "LoadBalancer", ports: [{ port: 80, nodePort: 30200, protocol: "UDP" }] }, "web"),
    ],
    ["Service dynamo/web has node port 30200, which Service dynamo/api has too"],
  ],
  ["twice in one Service", [nodePort(30200, 30200)], [`${api} has node port 30200, which ${api} has too`]],
  [
    "another range, with other ports reserved",
    [nodePort(30100, 31000, 30500)],
    [
      `${api} has node port 31000, outside of 30000 to 30999`,
      `${api} has node port 30500, which is reserved`,
    ],
    { highest: 30999, reserved: [30500] },
  ],
  ["a port that is not known yet", [nodePort(unknown)], []],
  ["a type that is not known yet", [service({ type: unknown, ports: ports(80) })], []],
  [
    "a selector that is not known yet",
    [service({ type: "NodePort", selector: unknown, ports: ports(80) })],
    [`${api} has node port 80, outside of 30000 to 32767`],
  ],
  [
    "settings of another type",
    [],
    [
      "the settings of node-ports can't be used: ✖ must be a list, found 30100: write [30100] → at node-ports.reserved",
    ],
    { reserved: 30100 },
  ],
];

const balancer = (loadBalancerSourceRanges?: unknown) =>
  service({ type: "LoadBalancer", loadBalancerSourceRanges });
const open = `${api} is a load balancer that lets in everyone: write loadBalancerSourceRanges of its clients`;
const external = `${api} claims addresses by externalIPs: leave them out`;

const loadBalancers: readonly Case[] = [
  ["some ranges", [balancer(["10.0.0.0/8", "2001:db8::/32"])], []],
  ["no load balancer", [service({ type: "NodePort" }), service({})], []],
  ["what is no Service", [object("v1", "ConfigMap", "files", { spec: { type: "LoadBalancer" } })], []],
  ["no ranges", [balancer()], [open]],
  ["an empty list", [balancer([])], [open]],
  ["all of IPv4", [balancer(["10.0.0.0/8", "0.0.0.0/0"])], [open]],
  ["all of IPv6", [balancer(["::/0"])], [open]],
  ["all, written otherwise", [balancer(["10.0.0.0/0 "])], [open]],
  ["all, in two halves", [balancer(["0.0.0.0/1", "128.0.0.0/1"])], [open]],
  ["a prefix that is too short here", [balancer(["10.0.0.0/8"])], [open], { shortestPrefix: 16 }],
  ["addresses of others", [service({ externalIPs: ["192.0.2.1"] })], [external]],
  ["both", [service({ type: "LoadBalancer", externalIPs: ["192.0.2.1"] })], [external, open]],
  ["ranges that are not known yet", [balancer(unknown)], []],
  ["a range that is not known yet", [balancer(["10.0.0.0/8", unknown])], []],
  ["ports that are not known yet", [service({ type: "LoadBalancer", ports: unknown })], [open]],
];

export const cases = { "node-ports": nodePorts, "load-balancers": loadBalancers };
