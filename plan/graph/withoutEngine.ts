import type { Component } from "./model";

/** Of a component that runs no engine. */
export const withoutEngine = {
  scaling: undefined,
  nodes: 1,
  gpus: undefined,
  memoryService: undefined,
  checkpoint: undefined,
  extraGpus: 0,
  natsClient: false,
  globalDynamoNamespace: false,
  baseModel: undefined,
  before: [],
} as const satisfies Partial<Component>;
