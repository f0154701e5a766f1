/** A component, or another workload, that takes GPUs. */
export interface GpuUse {
  /** The object, for messages: `Deployment dynamo/trainer`. */
  readonly object: string;
  /** The object itself: others of its name may be of other clusters. */
  readonly manifest: unknown;
  readonly namespace: string;
  readonly component: string;
  /** Type of a Dynamo component, in lower case; undefined of other workloads. */
  readonly type: string | undefined;
  /** As many as its scaler may make of it, and pods that run beside them. */
  readonly replicas: number;
  /** Pods of one replica, each on its own node. */
  readonly nodes: number;
  readonly perPod: number;
  /** GPUs of all pods. */
  readonly gpus: number;
  /** The same by resource or device class. */
  readonly byKind: Readonly<Record<string, number>>;
}
