/** The examples of docs/library.md on a rehearsal's cluster: the package, unpacked from its tarball in another project, and YAML. */
import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CustomObjectsApi } from "@kubernetes/client-node";
import { transform } from "esbuild";
import { parseConfig } from "../../config/parse";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { example, exampleIn, linkedProject, runThere } from "../library/packedProject";
import { allObjects, settledChanges } from "./objects";
import { realCrds } from "./realCrds";
import { yamlStack } from "./yamlProject";

jest.setTimeout(600_000);

const config = { "dynamo:runtime": JSON.stringify({ version: "1.4.2" }) };
const settings = parseConfig("dynamo", "rehearsal", config, () => false);

let rehearsal: Rehearsal;
let folder: string;

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: { project: "dynamo", name: "rehearsal", config, secretKeys: [], settings },
    nodes: 4,
    gpusPerNode: 2,
    crds: realCrds("1.4"),
  });
  folder = await linkedProject();
  // That it compiles is a test of its own: here it runs.
  const { code } = await transform(example, { loader: "ts", format: "cjs" });
  writeFileSync(join(folder, "program.js"), code);
}, 2_400_000);

afterAll(async () => {
  await rehearsal?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A command of Pulumi on that project's program, and what it answers. */
async function pulumi(command: string): Promise<unknown> {
  const { workDir, pulumiHome, envVars } = rehearsal.engine.stack.workspace;
  const workspace = { workDir: join(workDir, "team"), pulumiHome, envVars };
  const script = `
    const { LocalWorkspace } = require("@pulumi/pulumi/automation");
    const program = async () => require("./program");
    const stack = { projectName: "team", stackName: "dev", program };
    require("node:fs").mkdirSync(${JSON.stringify(workspace.workDir)}, { recursive: true });
    LocalWorkspace.createOrSelectStack(stack, ${JSON.stringify(workspace)}).then(async (stack) => {
      console.log(JSON.stringify(await (${command})));
    });`;
  return JSON.parse(await runThere(folder, script));
}

const upAgain = async () =>
  (await pulumi("stack.up().then(({ summary }) => summary.resourceChanges)")) as Record<string, number>;

test("the example comes up, stays as it is, and leaves nothing behind", async () => {
  const before = await allObjects(rehearsal.kubeconfig);
  expect(await pulumi("stack.up().then(({ outputs }) => outputs)")).toEqual({
    url: { value: "http://chat-frontend-np.dynamo:8000", secret: false },
  });
  const graphs = await apiClient(rehearsal.kubeconfig, CustomObjectsApi).listNamespacedCustomObject({
    group: "nvidia.com",
    version: "v1alpha1",
    namespace: "dynamo",
    plural: "dynamographdeployments",
  });
  expect(graphs.items).toMatchObject([
    {
      metadata: { name: "chat-etcd", labels: { [ownerLabel]: ownerOf({ project: "team", stack: "dev" }) } },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    },
  ]);
  const { same, ...others } = await upAgain();
  expect(same).toBeGreaterThan(30);
  expect(others).toEqual({});
  await pulumi("stack.destroy().then(() => true)");
  expect(await settledChanges(rehearsal.kubeconfig, before)).toEqual([]);
});

test("the example in YAML makes the same, which the one in TypeScript finds as it would have it", async () => {
  const before = await allObjects(rehearsal.kubeconfig);
  const wrong = await yamlStack(rehearsal.engine, exampleIn("yaml").replace("gpus: 1", "gpus: 0"));
  await expect(wrong.preview()).rejects.toThrow(
    /: the args of DynamoGraph chat can't be used:\s+✖ must be .* found 0 → at workers.gpus\s+(warning|Resources):/,
  );
  const stack = await yamlStack(rehearsal.engine, exampleIn("yaml"));
  const { outputs, summary } = await stack.up();
  expect(outputs.url?.value).toBe("http://chat-frontend-np.dynamo:8000");
  expect(await upAgain()).toEqual({ same: summary.resourceChanges?.create });
  await stack.destroy();
  expect(await settledChanges(rehearsal.kubeconfig, before)).toEqual([]);
});
