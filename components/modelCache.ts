import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { DownloadJobPlan, ModelCacheClaimPlan } from "../plan/graph/modelCache";

export interface ModelCacheArgs {
  readonly claim: ModelCacheClaimPlan;
  readonly download: DownloadJobPlan | undefined;
}

/** The claim of a graph's model cache, with the model in it where the config says so. */
export class ModelCache extends pulumi.ComponentResource {
  constructor(name: string, args: ModelCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    const { claim, download } = args;
    super("dynamo:index:ModelCache", name, claim, opts);
    const volume = new core.PersistentVolumeClaim(`${name}-claim`, claim, { parent: this });
    if (download)
      new batch.Job(`${name}-download`, download, {
        parent: this,
        dependsOn: volume,
        deleteBeforeReplace: true, // another model is another Job of the same name
      });
    this.registerOutputs();
  }
}
