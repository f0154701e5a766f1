import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ModelCacheConfig } from "../config/schema";
import { modelCacheClaim } from "../plan/modelCache";

export interface ModelCacheArgs {
  readonly graph: string;
  readonly namespace: string;
  readonly cache: ModelCacheConfig;
}

/** The claim of a graph's model cache. A directory of the nodes needs no resource. */
export class ModelCache extends pulumi.ComponentResource {
  constructor(name: string, args: ModelCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dynamo:index:ModelCache", name, args, opts);
    const { graph, namespace, cache } = args;
    if (cache.pvc !== undefined) {
      const { size, storageClass, accessMode } = cache.pvc;
      new k8s.core.v1.PersistentVolumeClaim(
        `${name}-claim`,
        {
          metadata: { name: modelCacheClaim(graph), namespace },
          spec: {
            accessModes: [accessMode],
            ...(storageClass !== undefined && { storageClassName: storageClass }),
            resources: { requests: { storage: size } },
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
