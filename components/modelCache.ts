import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { DownloadJobPlan, ModelCacheClaimPlan } from "../plan/graph/modelCache";
import type { Args } from "./args/inputs";
import {
  aroundIt,
  type GraphSettings,
  type KnownSurroundings,
  planArgs,
  type RuntimeArgs,
  runtimeSettings,
  type SurroundingArgs,
} from "./args/planArgs";
import { optional, type Planned } from "./args/planned";
import { hasEngine } from "./hooks/engine";
import { refuseToChangeFixedSettings } from "./hooks/fixedSettings";
import { owned } from "./hooks/ownership";

type CacheSettings = NonNullable<NonNullable<GraphSettings["modelCache"]>["pvc"]>;
type ImageSettings = Pick<GraphSettings, "modelRevision" | "backend" | "image" | "huggingFaceSecret">;

/** A claim as `modelCache.pvc` of a graph has it. */
export interface ModelCacheArgs
  extends Args<CacheSettings>,
    Args<ImageSettings>,
    Pick<SurroundingArgs, "namespace" | "platform" | "images" | "labels"> {
  /** Name of the graph whose cache it is: the claim is `<name>-model-cache`. @default the component's name */
  readonly name?: string | undefined;
  /** The model to download, where `download` is true. */
  readonly model?: string | undefined;
  /** The runtime whose image downloads it. */
  readonly runtime?: RuntimeArgs | undefined;
}

/** A cache that is planned already. */
export interface PlannedModelCache {
  readonly claim: Planned<ModelCacheClaimPlan>;
  readonly download: Planned<DownloadJobPlan | undefined>;
}

/**
 * The claim of a graph's model cache, with the model in it where the args say so.
 * @example new ModelCache("chat", { size: "50Gi", model: "Qwen/Qwen3-8B", download: true })
 */
export class ModelCache extends pulumi.ComponentResource {
  /** Name of the claim, known once the model is in it. */
  readonly claim: pulumi.Output<string>;

  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: ModelCacheArgs | PlannedModelCache,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const { claim, download } = "claim" in args ? args : planCache(name, args);
    const { labels } = "claim" in args ? {} : args;
    // The component is updated where its claim, which has a fixed name, would be replaced.
    const hooks = hasEngine() ? { hooks: { beforeUpdate: [refuseToChangeFixedSettings(name)] } } : {};
    super("dynamo:index:ModelCache", name, claim.inputs, owned(name, { ...opts, ...hooks }, labels));
    const volume = new core.PersistentVolumeClaim(`${name}-claim`, claim.inputs, { parent: this });
    const job = optional(download);
    const last = job
      ? new batch.Job(`${name}-download`, job.inputs, {
          parent: this,
          dependsOn: volume,
          deleteBeforeReplace: true, // another model is another Job of the same name
        })
      : volume;
    this.claim = last.urn.apply(() => claim.shape.metadata.name);
    this.registerOutputs({ claim: this.claim });
  }
}

type KnownArgs = KnownSurroundings &
  CacheSettings &
  ImageSettings & { readonly name?: string; readonly model?: string; readonly runtime?: string };

function planCache(component: string, args: ModelCacheArgs): PlannedModelCache {
  const stack = planArgs<KnownArgs>(args, {
    component: `ModelCache ${component}`,
    settings: ({
      namespace,
      platform,
      images,
      runtime,
      name = component,
      model,
      modelRevision,
      backend,
      image,
      huggingFaceSecret,
      ...pvc
    }) => ({
      ...aroundIt({ namespace, platform, images }),
      runtime: runtimeSettings(runtime),
      graphs: [
        {
          name,
          model: model ?? (pvc.download ? undefined : "any"),
          modelRevision,
          backend,
          image,
          huggingFaceSecret,
          modelCache: { pvc },
        },
      ],
    }),
    keys: {
      "graphs[0].modelCache.pvc.": "",
      "graphs[0].": "",
      "namespace.name": "namespace",
      ...(typeof args.runtime === "string" && { "runtime.version": "runtime" }),
    },
  });
  return {
    claim: stack.part(({ plan }) => plan.graphs[0]?.modelCache as ModelCacheClaimPlan),
    download: stack.part(({ plan }) => plan.graphs[0]?.download),
  };
}
