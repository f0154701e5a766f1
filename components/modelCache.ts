import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ModelCacheConfig } from "../config/schema";
import { modelCacheClaim } from "../plan/modelCache";

export interface ModelCacheArgs {
  readonly graph: string;
  readonly namespace: string;
  readonly pvc: NonNullable<ModelCacheConfig["pvc"]>;
}

/** The claim of a graph's model cache. */
export class ModelCache extends pulumi.ComponentResource {
  constructor(name: string, args: ModelCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dynamo:index:ModelCache", name, args, opts);
    const { graph, namespace, pvc } = args;
    new core.PersistentVolumeClaim(
      `${name}-claim`,
      {
        metadata: { name: modelCacheClaim(graph), namespace },
        spec: {
          accessModes: [pvc.accessMode],
          ...(pvc.storageClass !== undefined && { storageClassName: pvc.storageClass }),
          resources: { requests: { storage: pvc.size } },
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
