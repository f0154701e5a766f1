/** Labels that Dynamo's operator gives the pods of a graph (0.7 to 1.6). */

/** Name of the DynamoGraphDeployment. */
export const graphLabel = "nvidia.com/dynamo-graph-deployment-name";
/** Name of the component in the graph. */
export const componentLabel = "nvidia.com/dynamo-component";
/** frontend, worker, prefill, decode, … */
export const componentTypeLabel = "nvidia.com/dynamo-component-type";
