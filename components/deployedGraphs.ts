import * as pulumi from "@pulumi/pulumi";
import type { DeployedGraphs } from "../plan/switchover";

/**
 * The graphs that the stack has now, as its last successful update told: an update that failed changes no outputs.
 * @param name of the resource by which Pulumi reads them.
 */
export async function deployedGraphs(name: string): Promise<DeployedGraphs> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { value } = await new pulumi.StackReference(name, { name: stack }).getOutputDetails("graphs");
  return (value ?? {}) as DeployedGraphs;
}
