import { ownerLabel } from "../plan/owner";

/** Metadata of an object that a stack has made. */
export const madeBy = (owner: string, manager = "pulumi-kubernetes") => ({
  labels: { [ownerLabel]: owner },
  managedFields: [{ manager, fieldsV1: { "f:metadata": { "f:labels": { [`f:${ownerLabel}`]: {} } } } }],
});
