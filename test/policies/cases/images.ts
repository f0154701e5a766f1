/** Which images run, and of which version. */
import { type Case, unknown } from "../judge";
import {
  component,
  deployment,
  frontend,
  graph,
  newGraph,
  object,
  platformRelease,
  worker,
} from "../objects";

const llama = "DynamoGraphDeployment dynamo/llama";
const main = "Deployment dynamo/trainer: container main of trainer";
const registries = "nvcr.io/nvidia/ai-dynamo, docker.io/library, docker.io/natsio, gcr.io/etcd-development";
const digest = "@sha256:0a0b0c";
const foreign = (image: string) => `${main} runs ${image}, and images may only come from ${registries}`;
const unpinned = (image: string) => `${main} runs ${image}, which names no version`;

const images: readonly Case[] = [
  [
    "an image that is mounted",
    [
      newGraph([
        component(
          "Worker",
          "worker",
          {},
          {
            podTemplate: { spec: { volumes: [{ name: "v", image: { reference: "evil.io/x:latest" } }, {}] } },
          },
        ),
      ]),
    ],
    [
      `DynamoGraphDeployment dynamo/llama: Worker mounts evil.io/x:latest, and images may only come from ${registries}`,
      "DynamoGraphDeployment dynamo/llama: Worker mounts evil.io/x:latest, which names no version",
    ],
  ],
  ["Dynamo's", [graph({ Frontend: frontend, Worker: worker(1) })], []],
  ["a short name", [deployment({ image: "nats:2.14.5-alpine" })], []],
  ["a short name with library", [deployment({ image: "library/nats:2.14.5" })], []],
  ["a short name with a registry", [deployment({ image: "docker.io/nats:2.14.5" })], []],
  ["Docker Hub's other name", [deployment({ image: "index.docker.io/library/nats:2.14.5" })], []],
  ["a digest", [deployment({ image: `nats${digest}` })], []],
  ["a tag and a digest", [deployment({ image: `nats:latest${digest}` })], []],
  ["a version with a prefix", [deployment({ image: "gcr.io/etcd-development/etcd:v3.7.1" })], []],
  ["an image by default", [graph({ Frontend: { componentType: "frontend" } })], []],
  ["an object without pods", [object("v1", "ConfigMap", "files", { data: { image: "evil:latest" } })], []],
  [
    "a port of a registry",
    [deployment({ image: "registry:5000/team/nats:2" })],
    [],
    { registries: ["registry:5000/team"] },
  ],
  ["localhost", [deployment({ image: "localhost/nats:2" })], [], { registries: ["localhost"] }],
  [
    "one repository",
    [deployment({ image: "quay.io/team/nats:2" })],
    [],
    { registries: ["quay.io/team/nats"] },
  ],
  ["another registry", [deployment({ image: "quay.io/team/nats:2" })], [foreign("quay.io/team/nats:2")]],
  ["another user of Docker Hub", [deployment({ image: "evil/nats:2" })], [foreign("evil/nats:2")]],
  [
    "a folder whose name only begins so",
    [deployment({ image: "nvcr.io/nvidia/ai-dynamo-fake/a:2" })],
    [foreign("nvcr.io/nvidia/ai-dynamo-fake/a:2")],
  ],
  [
    "a host whose name begins so",
    [deployment({ image: "docker.io.evil.com/library/nats:2" })],
    [foreign("docker.io.evil.com/library/nats:2")],
  ],
  ["the platform's operator", [platformRelease()], []],
  [
    "the platform's operator, of another registry",
    [
      platformRelease({
        "dynamo-operator": { controllerManager: { manager: { image: { repository: "quay.io/a/b" } } } },
      }),
    ],
    [
      `Release dynamo-system/dynamo-platform: the operator runs quay.io/a/b:1.6.1, and images may only come from ${registries}`,
    ],
  ],
  ["no tag", [deployment({ image: "nats" })], [unpinned("nats")]],
  [
    "a port and no tag",
    [deployment({ image: "registry:5000/nats" })],
    [unpinned("registry:5000/nats")],
    { registries: ["registry:5000"] },
  ],
  ["latest", [deployment({ image: "nats:latest" })], [unpinned("nats:latest")]],
  ["a kind of latest", [deployment({ image: "nats:latest-cuda13" })], [unpinned("nats:latest-cuda13")]],
  ["a line of versions", [deployment({ image: "nats:alpine" })], [unpinned("nats:alpine")]],
  ["both", [deployment({ image: "quay.io/nats" })], [foreign("quay.io/nats"), unpinned("quay.io/nats")]],
  [
    "init containers and sidecars",
    [
      graph({
        Worker: worker(
          1,
          {},
          {
            extraPodSpec: {
              initContainers: [{ name: "pull", image: "nats:edge" }],
              containers: [{ name: "log", image: "nats:stable" }],
            },
          },
        ),
      }),
    ],
    [
      "DynamoGraphDeployment dynamo/llama: container pull of Worker runs nats:edge, which names no version",
      "DynamoGraphDeployment dynamo/llama: container log of Worker runs nats:stable, which names no version",
    ],
  ],
  [
    "a tag where digests are wanted",
    [deployment({ image: "nats:2.14.5" })],
    [`${main} runs nats:2.14.5, and images must be pinned by digest here`],
    { digests: true },
  ],
  [
    "a digest where digests are wanted",
    [deployment({ image: `nats:2.14.5${digest}` })],
    [],
    { digests: true },
  ],
  ["an image that is not known yet", [deployment({ image: unknown })], []],
  [
    "env that is not known yet",
    [deployment({ image: "nats:latest", env: unknown })],
    [unpinned("nats:latest")],
  ],
  [
    "settings of another type",
    [deployment({})],
    ['the settings of images can\'t be used: ✖ must be true or false, found "yes" → at images.digests'],
    { digests: "yes" },
  ],
];

const image = (tag: string) => ({ image: `nvcr.io/nvidia/ai-dynamo/vllm-runtime${tag}` });
const tagged = (...tags: string[]) =>
  graph(Object.fromEntries(tags.map((tag, i) => [`Worker${i}`, worker(1, image(tag))])));

const oneDynamoVersion: readonly Case[] = [
  ["one version", [tagged(":0.8.1", ":0.8.1")], []],
  ["one version, for two CUDAs", [tagged(":1.2.1", ":1.2.1-cuda13", ":v1.2.1-efa")], []],
  ["digests", [tagged("@sha256:aa", "@sha256:bb")], []],
  ["the operator's own images", [graph({ Frontend: { componentType: "frontend" }, Worker: worker(1) })], []],
  [
    "a sidecar of another version",
    [
      graph({
        Worker: worker(1, image(":0.8.1"), {
          extraPodSpec: { containers: [{ name: "log", image: "fluentd:1.2.3" }] },
        }),
      }),
    ],
    [],
  ],
  [
    "what is no graph",
    [object("v1", "Pod", "a", { spec: { containers: [{ name: "main", image: "a:1" }] } })],
    [],
  ],
  [
    "two versions",
    [tagged(":0.8.1", ":0.8.1", ":0.9.0")],
    [`${llama} mixes versions: Worker0 0.8.1, Worker1 0.8.1, Worker2 0.9.0`],
  ],
  [
    "two versions in v1beta1",
    [newGraph([component("F", "frontend"), component("W", "worker", image(":1.2.1"))])],
    [`${llama} mixes versions: F 0.8.1, W 1.2.1`],
  ],
  [
    "two builds of one's own",
    [tagged(":build-7", ":build-8")],
    [`${llama} mixes versions: Worker0 build-7, Worker1 build-8`],
  ],
  [
    "an image that is not known yet",
    [graph({ Frontend: frontend, Worker: worker(1, { image: unknown }) })],
    [],
  ],
  [
    "a count that is not known yet",
    [graph({ A: worker(unknown, image(":0.8.1")), B: worker(1, image(":0.8.2")) })],
    [`${llama} mixes versions: A 0.8.1, B 0.8.2`],
  ],
];

export const cases = { images, "one-dynamo-version": oneDynamoVersion };
