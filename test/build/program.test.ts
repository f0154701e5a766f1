/** What Pulumi's language host loads, in a process as plain as that one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir, readStack } from "../../config/project";
import { runProcess } from "../commands/command";

const mainOf = (file: string): string => parse(readFileSync(join(projectDir, file), "utf8")).main;

test("the project's main file is the program, on the SDK that Pulumi has loaded", async () => {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const made = [];
    const newResource = ({ type, inputs }) => (made.push(type), { id: type, state: { ...inputs, outputs: {} } });
    pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "dynamo", "dev", false, "team").then(async () => {
      pulumi.runtime.setAllConfig(${JSON.stringify(readStack("dev").config)});
      const program = require("./${mainOf("Pulumi.yaml")}");
      const { discoveryMode } = await pulumi.runtime.runInPulumiStack(program);
      console.log(JSON.stringify({ discoveryMode, made }));
    });`;
  const { stdout, stderr } = await runProcess(process.execPath, "-e", script);
  expect({ ...JSON.parse(stdout || "{}"), stderr }).toMatchObject({
    discoveryMode: "kubernetes",
    made: expect.arrayContaining(["kubernetes:nvidia.com/v1beta1:DynamoGraphDeployment"]),
  });
}, 60_000);

test("the pack's main file is the same for Pulumi as for Node", () => {
  const { main } = JSON.parse(readFileSync(join(projectDir, "policies/package.json"), "utf8"));
  expect(main).toBe(mainOf("policies/PulumiPolicy.yaml"));
});
