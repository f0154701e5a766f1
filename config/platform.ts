/** The platform beneath a stack's graphs: NVIDIA's operator, and what it stands on. */
import { z } from "zod";
import { label } from "./fields";
import { graphApiVersions, type Release } from "./runtime/release";
import { firstReleaseThat } from "./runtime/releases";

const knowsV1beta1 = ({ apiVersions }: Release) => apiVersions.includes("v1beta1");
const prefersV1beta1 = ({ apiVersions }: Release) => apiVersions[0] === "v1beta1";

/** Where NVIDIA publishes the chart, as its guides have it. */
export const nvidiaCharts = "https://helm.ngc.nvidia.com/nvidia/ai-dynamo/charts";

const install = z
  .strictObject({
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/, 'must be a version of the chart such as "1.6.1"')
      .optional()
      .meta({
        description:
          "Version of the chart, and of its operator. An operator runs runtimes of two release lines before its own to one after. Default: dynamo:runtime.version.",
      }),
    repository: z
      .string()
      .max(500)
      .regex(
        /^(https|oci):\/\/[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
        'must be where the chart is, such as "https://charts.example.com/dynamo" or "oci://registry.example.com/charts"',
      )
      .default(nvidiaCharts)
      .meta({
        description:
          "Where the chart is: a folder of a web server with dynamo-platform-<version>.tgz, or an OCI registry with dynamo-platform. It asks for no password.",
      }),
    values: z.record(z.string(), z.unknown()).default({}).meta({
      description:
        "Further values of the chart, such as the operator's tolerations. None of those that the program decides. Default: none.",
    }),
  })
  .meta({
    description:
      "Has the stack install the platform, as Helm release dynamo-platform in dynamo:platform.namespace: `install: {}`. Default: it is there.",
  });

/** What a cluster's platform is, whoever has installed it. */
export const platformAround = z
  .strictObject({
    namespace: label
      .default("dynamo-system")
      .meta({ description: "Namespace of its operator, which may connect to NATS and etcd." }),
    apiVersion: z
      .enum(graphApiVersions)
      .optional()
      .meta({
        description: `Version of the graphs' API: v1alpha1 for all platforms, or v1beta1 for those of ${firstReleaseThat(knowsV1beta1)} and newer. Default: v1beta1 for new graphs of runtime ${firstReleaseThat(prefersV1beta1)} and newer, else v1alpha1.`,
      }),
    orchestrator: z.enum(["grove", "leaderworkerset"]).optional().meta({
      description: "Controller that makes workers of several nodes. Default: none is installed.",
    }),
    clusterDomain: z
      .string()
      .regex(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
        'must be a domain, such as "cluster.local"',
      )
      .default("cluster.local")
      .meta({
        description: "Domain of the cluster's DNS, by which members of NATS and etcd find each other.",
      }),
    openshift: z.boolean().default(false).meta({
      description:
        "Whether the cluster is OpenShift, which gives pods their users and groups: no pod of the stack names one then but by its own securityContext.",
    }),
  })
  .meta({ description: "The cluster's Dynamo platform, and what it stands on." });

/** Schema of `dynamo:platform`. */
export const platform = platformAround.extend({ install: install.optional() }).meta({
  description: "The cluster's Dynamo platform, and what it stands on.",
});

export type PlatformConfig = z.output<typeof platform>;
export type InstallConfig = z.output<typeof install>;
