/** Objects of a stack, and of others, as a cluster has them. */
export const owner = "prod-1a2b3c4d5e6f7a8b";

const apiVersions = {
  ConfigMap: "v1",
  Pod: "v1",
  Namespace: "v1",
  Deployment: "apps/v1",
  ReplicaSet: "apps/v1",
  DynamoGraphDeployment: "nvidia.com/v1beta1",
  DynamoComponentDeployment: "nvidia.com/v1beta1",
  DynamoModel: "nvidia.com/v1alpha1",
};

/** An object, by default in namespace dynamo. */
export const object = (kind: keyof typeof apiVersions, name: string, metadata: object = {}) => ({
  ...{ apiVersion: apiVersions[kind], kind },
  metadata: {
    name,
    ...(kind === "Namespace" ? {} : { namespace: "dynamo" }),
    uid: `${name}-uid`,
    ...metadata,
  },
});

/** What makes an object one that others own. */
export const ownedBy = (...names: string[]) => ({
  ownerReferences: names.map((name) => ({ apiVersion: "v1", kind: "Any", name, uid: `${name}-uid` })),
});
