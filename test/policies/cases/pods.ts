/** What pods may do to their node. */
import { type Case, unknown } from "../judge";
import { component, deployment, frontend, graph, newGraph, object, worker } from "../objects";

const main = "Deployment dynamo/trainer: container main of trainer";
const host = (path: unknown) => ({ volumes: [{ name: "cache", hostPath: { path } }] });
const secured = (context: object) => deployment({ securityContext: context });
const trainer = "Deployment dynamo/trainer: trainer";
const volume = "Deployment dynamo/trainer: spec.template.spec.volumes.0.hostPath";

const podSecurity: readonly Case[] = [
  [
    "nothing special",
    [deployment({ ports: [{ containerPort: 80 }] }, { volumes: [{ name: "cache", emptyDir: {} }] })],
    [],
  ],
  [
    "fewer rights",
    [secured({ privileged: false, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } })],
    [],
  ],
  [
    "locked memory, for RDMA",
    [graph({ Worker: worker(1, { securityContext: { capabilities: { add: ["IPC_LOCK"] } } }) })],
    [],
  ],
  ["an object without pods", [object("v1", "Service", "api", { spec: { hostNetwork: true } })], []],
  [
    "a directory that is allowed, and one below",
    [deployment({}, host("/data/cache")), deployment({}, host("/data/cache/hub"))],
    [],
    { hostPaths: ["/data/cache"] },
  ],
  [
    "another capability that is allowed",
    [secured({ capabilities: { add: ["SYS_PTRACE"] } })],
    [],
    { capabilities: ["SYS_PTRACE"] },
  ],
  [
    "a directory of its node",
    [deployment({}, host("/data/cache"))],
    [`${volume} mounts /data/cache of its node`],
  ],
  [
    "a way out of what is allowed",
    [deployment({}, host("/data/cache/../../etc")), deployment({}, host("/data/cache2"))],
    [`${volume} mounts /data/cache/../../etc of its node`, `${volume} mounts /data/cache2 of its node`],
    { hostPaths: ["/data/cache"] },
  ],
  [
    "its node's namespaces",
    [
      newGraph([
        component(
          "Worker",
          "worker",
          {},
          { podTemplate: { spec: { hostNetwork: true, hostPID: true, hostIPC: true } } },
        ),
      ]),
    ],
    ["hostNetwork", "hostPID", "hostIPC"].map(
      (field) => `DynamoGraphDeployment dynamo/llama: Worker sets ${field}`,
    ),
  ],
  [
    "what else gives a node away",
    [
      newGraph([
        component(
          "Worker",
          "worker",
          {},
          {
            podTemplate: {
              spec: {
                securityContext: { windowsOptions: { hostProcess: true } },
                volumes: [{ name: "any", flexVolume: { driver: "acme/any" } }],
                containers: [
                  {
                    name: "main",
                    securityContext: { windowsOptions: { hostProcess: true }, procMount: "Unmasked" },
                  },
                ],
              },
            },
          },
        ),
      ]),
    ],
    [
      "DynamoGraphDeployment dynamo/llama: Worker sets hostProcess",
      "DynamoGraphDeployment dynamo/llama: Worker has a flexVolume, whose driver runs on its node",
      "DynamoGraphDeployment dynamo/llama: container main of Worker sets hostProcess",
      "DynamoGraphDeployment dynamo/llama: container main of Worker sets procMount to Unmasked",
    ],
  ],
  [
    "all rights",
    [secured({ privileged: true, allowPrivilegeEscalation: true })],
    [`${main} sets privileged`, `${main} sets allowPrivilegeEscalation`],
  ],
  [
    "a capability",
    [secured({ capabilities: { add: ["SYS_ADMIN", "IPC_LOCK"] } })],
    [`${main} adds the capability SYS_ADMIN`],
  ],
  [
    "a port of its node",
    [
      deployment({
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 0 },
        ],
      }),
    ],
    [`${main} opens port 80 of its node`],
  ],
  [
    "init containers",
    [
      object("v1", "Pod", "a", {
        spec: { initContainers: [{ name: "tune", securityContext: { privileged: true } }] },
      }),
    ],
    ["Pod dynamo/a: container tune of a sets privileged"],
  ],
  ["a port that is not known yet", [deployment({ ports: [{ containerPort: 80, hostPort: unknown }] })], []],
  ["a directory that is not known yet", [deployment({}, host(unknown))], []],
  [
    "an image that is not known yet",
    [deployment({ image: unknown, securityContext: { privileged: true } })],
    [`${main} sets privileged`],
  ],
  [
    "settings of another type",
    [deployment({})],
    [
      'the settings of pod-security can\'t be used: ✖ must be a list, found "/": write […] → at pod-security.hostPaths',
    ],
    { hostPaths: "/" },
  ],
];

const limits = { resources: { limits: { cpu: "1", memory: "1Gi" } } };
const probes = { readinessProbe: { httpGet: { port: 80 } }, livenessProbe: { httpGet: { port: 80 } } };
const job = { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", ...limits }] } } };

const probesAndLimits: readonly Case[] = [
  ["both", [deployment({ ...limits, ...probes })], []],
  [
    "probes of one of its containers",
    [
      deployment(limits, {
        containers: [
          { name: "a", ...limits },
          { name: "b", ...limits, ...probes },
        ],
      }),
    ],
    [],
  ],
  ["components of graphs, whose operator adds them", [graph({ Frontend: frontend })], []],
  ["a Job, which ends", [object("batch/v1", "Job", "tune", { spec: job })], []],
  [
    "a CronJob, which ends",
    [object("batch/v1", "CronJob", "tune", { spec: { jobTemplate: { spec: job } } })],
    [],
  ],
  ["a Pod that ends", [object("v1", "Pod", "tune", { spec: job.template.spec })], []],
  [
    "a patch, which leaves the rest to others",
    [
      object("apps/v1", "DeploymentPatch", "a", {
        spec: { template: { spec: { containers: [{ name: "a" }] } } },
      }),
    ],
    [],
  ],
  ["an object without pods", [object("v1", "ConfigMap", "files")], []],
  ["no limits", [deployment(probes)], [`${main} has no cpu limit`, `${main} has no memory limit`]],
  [
    "requests alone",
    [deployment({ ...probes, resources: { requests: limits.resources.limits, limits: { memory: "1Gi" } } })],
    [`${main} has no cpu limit`],
  ],
  [
    "no limits of a Job",
    [
      object("batch/v1", "Job", "tune", {
        spec: { template: { spec: { containers: [{ name: "a", resources: { limits: { cpu: 1 } } }] } } },
      }),
    ],
    ["Job dynamo/tune: container a of tune has no memory limit"],
  ],
  [
    "no probes",
    [deployment(limits)],
    [`${trainer} has no readinessProbe`, `${trainer} has no livenessProbe`],
  ],
  [
    "one probe",
    [object("v1", "Pod", "a", { spec: { containers: [{ ...limits, name: "main", readinessProbe: {} }] } })],
    ["Pod dynamo/a: a has no livenessProbe"],
  ],
  ["limits that are not known yet", [deployment({ ...probes, resources: unknown })], []],
  ["containers that are not known yet", [deployment({}, { containers: unknown })], []],
  [
    "an image that is not known yet",
    [deployment({ ...limits, image: unknown, livenessProbe: {} })],
    [`${trainer} has no readinessProbe`],
  ],
];

export const cases = { "pod-security": podSecurity, "probes-and-limits": probesAndLimits };
