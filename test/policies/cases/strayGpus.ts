/** GPUs that pods get otherwise than graphs do. */
import { type Case, unknown } from "../judge";
import { deployment, frontend, gpus, graph, newGraph, object, worker } from "../objects";

const llama = "DynamoGraphDeployment dynamo/llama";

export const cases: Readonly<Record<string, readonly Case[]>> = {
  "gpus-outside-graphs": [
    ["a graph", [graph({ Worker: worker(8) })], []],
    ["a Deployment without GPUs", [deployment({})], []],
    [
      "a Deployment, and a Job, with GPUs",
      [
        deployment({ resources: gpus(1) }),
        object("batch/v1", "Job", "tune", {
          spec: { template: { spec: { containers: [{ name: "main", resources: gpus(1) }] } } },
        }),
      ],
      [
        "Deployment dynamo/trainer: trainer takes GPUs outside of a graph",
        "Job dynamo/tune: tune takes GPUs outside of a graph",
      ],
    ],
    [
      "one that is allowed",
      [deployment({ resources: gpus(1) })],
      [],
      { allowed: ["Deployment dynamo/trainer"] },
    ],
    [
      "an image that is not known yet",
      [deployment({ image: unknown, resources: gpus(1) })],
      ["Deployment dynamo/trainer: trainer takes GPUs outside of a graph"],
    ],
    [
      "settings of another type",
      [deployment({})],
      [
        "the settings of gpus-outside-graphs can't be used: ✖ must be a list, found true: write […] → at gpus-outside-graphs.allowed",
      ],
      { allowed: true },
    ],
  ],
  "unrequested-gpus": [
    ["a worker that asks", [graph({ Worker: worker(1) })], []],
    ["no GPUs on purpose", [deployment({ env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "void" }] })], []],
    [
      "the container runtime's variable, in every place",
      [
        deployment({ env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "all" }] }),
        graph({ Frontend: { ...frontend, envs: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "0" }] } }),
        newGraph([], { env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "all" }] }),
      ],
      [
        "Deployment dynamo/trainer: spec.template.spec.containers.0.env.0 sets NVIDIA_VISIBLE_DEVICES to all, past the device plugin",
        `${llama}: spec.services.Frontend.envs.0 sets NVIDIA_VISIBLE_DEVICES to 0, past the device plugin`,
        `${llama}: spec.env.0 sets NVIDIA_VISIBLE_DEVICES to all, past the device plugin`,
      ],
    ],
    [
      "a mount by which the runtime hands over devices, and one elsewhere",
      [
        deployment({
          volumeMounts: [
            { name: "devices", mountPath: "/var/run/nvidia-container-devices/all" },
            { name: "data", mountPath: "/data/run/nvidia-container-devices" },
          ],
          workingDir: "/run/nvidia-container-devices",
        }),
      ],
      [
        "Deployment dynamo/trainer: spec.template.spec.containers.0.volumeMounts.0.mountPath is /var/run/nvidia-container-devices/all, by which the runtime hands over devices",
      ],
    ],
    [
      "a runtime class, and the nodes' devices",
      [
        deployment(
          {},
          { runtimeClassName: "nvidia", volumes: [{ name: "dev", hostPath: { path: "/dev/nvidia0" } }] },
        ),
      ],
      [
        "Deployment dynamo/trainer: spec.template.spec.volumes.0.hostPath mounts /dev/nvidia0, by which it reaches the nodes' GPUs",
        "Deployment dynamo/trainer: container main of trainer runs by RuntimeClass nvidia and asks for no GPUs: set NVIDIA_VISIBLE_DEVICES to void",
      ],
    ],
    [
      "a value that is not known yet",
      [deployment({ env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: unknown }] })],
      [],
    ],
    [
      "a volume that is not known yet",
      [deployment({}, { runtimeClassName: "nvidia", volumes: [unknown] })],
      [
        "Deployment dynamo/trainer: container main of trainer runs by RuntimeClass nvidia and asks for no GPUs: set NVIDIA_VISIBLE_DEVICES to void",
      ],
    ],
  ],
};
