/** Another project installs the package, compiles the example of docs/library.md, and previews it. */
import { rmSync } from "node:fs";
import { compile, example, linkedProject, runThere } from "../library/packedProject";

jest.setTimeout(240_000);

let folder: string;
let complaints: string;
beforeAll(async () => {
  folder = await linkedProject();
  const wrong = example.replace("replicas: 2, gpus: 1", 'replicas: "2", gpu: 1');
  complaints = await compile(folder, { program: example, wrong });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the example compiles with tsc --strict, and one that the config refuses does not", () => {
  expect(complaints).not.toContain("program.ts");
  expect(complaints).toMatch(/^wrong\.ts.*: error TS2322: Type 'string' is not assignable to type 'number'/);
});

/** Runs something on Pulumi's mocks, which keep what is made. */
const onMocks = (program: string) => `
  const pulumi = require("@pulumi/pulumi");
  const { DynamoGraph } = require("pulumi-dynamo");
  const made = [];
  const newResource = ({ name, type, inputs }) => (made.push([name, type]), { id: name, state: inputs });
  pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "team", "dev").then(async () => {
    const { url } = await pulumi.runtime.runInPulumiStack(async () => ${program});
    pulumi.output(url).apply((url) => console.log(JSON.stringify({ url, made })));
  });`;

test("the example can be previewed without a cluster", async () => {
  const { url, made } = JSON.parse(await runThere(folder, onMocks('require("./program")')));
  expect(url).toBe("http://chat-frontend-np.dynamo:8000");
  const kinds: Record<string, string> = Object.fromEntries(made);
  expect(kinds).toMatchObject({
    "discovery-nats-members": "kubernetes:apps/v1:StatefulSet",
    "discovery-etcd-members": "kubernetes:apps/v1:StatefulSet",
    "chat:chat-etcd": "kubernetes:nvidia.com/v1alpha1:DynamoGraphDeployment",
    "chat-frontend-np": "kubernetes:core/v1:Service",
  });
});

test("what another resource gives ends the program with the config's words, where it can't be used", async () => {
  const graph = 'new DynamoGraph("chat", { model: "m", namespace: pulumi.output("default") })';
  await expect(runThere(folder, onMocks(graph))).rejects.toThrow(
    '✖ "default" is not for graphs: give them a namespace of their own → at namespace',
  );
});
