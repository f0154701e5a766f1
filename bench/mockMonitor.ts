/**
 * The floor of a preview: registers the resources of as many graphs as the first argument says on Pulumi's mock monitor,
 * as Pulumi's own tests do, and nothing else.
 */
import * as pulumi from "@pulumi/pulumi";
import { dryRun, type PlannedResource } from "../commands/preview/dryRun";
import { stackOf } from "./stackOf";

async function main() {
  const { resources } = await dryRun(stackOf(1), {});
  const ofGraph = resources.filter(({ name }) => name.includes("graph-0"));
  await pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
    "dynamo",
    "bench",
    false,
    "organization",
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    for (let i = 0; i < Number(process.argv[2]); i++) {
      const parent = new pulumi.ComponentResource("dynamo:index:DynamoGraph", `graph-${i}`);
      for (const resource of ofGraph) register(resource, `${resource.name}-${i}`, parent);
    }
  });
  await pulumi.runtime.disconnect();
}

class AnyResource extends pulumi.CustomResource {}

function register({ type, custom, inputs }: PlannedResource, name: string, parent: pulumi.Resource): void {
  if (custom) new AnyResource(type, name, inputs, { parent });
  else new pulumi.ComponentResource(type, name, {}, { parent });
}

void main();
