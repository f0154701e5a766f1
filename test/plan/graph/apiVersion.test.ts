/** Which version of the API a graph is written in, and that one that is there is never written as another object. */
import { stackConfig } from "../../../config/schema";
import { planStack } from "../../../plan/stack";
import type { DeployedGraphs } from "../../../plan/switchover";

const graphOf = (
  version: string,
  platform: object = {},
  deployed: DeployedGraphs | null = {},
  more: object = {},
) => {
  const graphs = [{ name: "chat", model: "m", ...more }];
  const plan = planStack(stackConfig.parse({ runtime: { version }, platform, graphs }), deployed);
  const [graph] = plan.graphs;
  if (!graph) throw new Error("no graph");
  return { ...graph, warnings: plan.warnings };
};
const asDeployed = ({ deployment }: ReturnType<typeof graphOf>): DeployedGraphs => ({
  chat: {
    deployment: deployment.metadata.name,
    apiVersion: deployment.apiVersion,
    mode: "kubernetes",
    gpus: 1,
  },
});
const v1beta1 = { apiVersion: "v1beta1" };

test.each([
  ["1.2.1", "nvidia.com/v1alpha1"],
  ["1.4.2", "nvidia.com/v1alpha1"],
  ["1.5.1", "nvidia.com/v1beta1"],
  ["1.7.0", "nvidia.com/v1beta1"],
])("a new graph of %s is in %s", (version, apiVersion) =>
  expect(graphOf(version).deployment.apiVersion).toBe(apiVersion),
);

test("the config has the last word", () => {
  expect(graphOf("1.7.0", { apiVersion: "v1alpha1" }).deployment.apiVersion).toBe("nvidia.com/v1alpha1");
  const before = asDeployed(graphOf("1.7.0", { apiVersion: "v1alpha1" }));
  expect(graphOf("1.7.0", v1beta1, before).deployment.apiVersion).toBe("nvidia.com/v1beta1");
});

test("a graph that is there stays the object that it is, and that is told", () => {
  const before = graphOf("1.4.2");
  const after = graphOf("1.7.0", {}, asDeployed(before));
  expect(after.deployment).toMatchObject({
    apiVersion: "nvidia.com/v1alpha1",
    metadata: { name: before.deployment.metadata.name },
  });
  expect(after.warnings).toContainEqual(expect.stringMatching(/graph chat stays in v1alpha1/));
  expect(graphOf("1.7.0").warnings).not.toContainEqual(expect.stringMatching(/stays in/));
});

test("a new revision of it comes in the newer version", () => {
  const after = graphOf("1.7.0", {}, asDeployed(graphOf("1.4.2")), { revision: 2 });
  expect(after.deployment.apiVersion).toBe("nvidia.com/v1beta1");
});

test("one in v1beta1 stays in it where its version is written out", () => {
  const before = graphOf("1.7.0");
  expect(graphOf("1.7.0", v1beta1, asDeployed(before)).deployment).toEqual(before.deployment);
});

describe("its name", () => {
  const nameOf = (...args: Parameters<typeof graphOf>) => graphOf(...args).deployment.metadata.name;

  test("is the graph's own in either version", () => {
    expect(nameOf("1.4.2")).toBe("chat");
    expect(nameOf("1.7.0")).toBe("chat");
  });

  test("is another where one of the other version is there, there and back", () => {
    const older = graphOf("1.4.2");
    const newer = graphOf("1.7.0", v1beta1, asDeployed(older));
    expect(newer.deployment.metadata.name).toMatch(/^g[0-9a-f]{4}-chat$/);
    expect(nameOf("1.7.0", v1beta1, asDeployed(newer))).toBe(newer.deployment.metadata.name);
    expect(nameOf("1.7.0", { apiVersion: "v1alpha1" }, asDeployed(newer))).toBe("chat");
    expect(nameOf("1.7.0", { apiVersion: "v1alpha1" }, asDeployed(graphOf("1.7.0")))).toMatch(/^g.*-chat$/);
  });

  test("tells the version where nobody knows what is there", () => {
    expect(nameOf("1.4.2", {}, null)).toBe("chat");
    expect(nameOf("1.7.0", {}, null)).toBe(nameOf("1.7.0", v1beta1, asDeployed(graphOf("1.4.2"))));
  });

  test("is what it would be in the other mode too", () => {
    expect(graphOf("1.7.0").inOtherMode).toBe("chat-etcd");
    expect(graphOf("1.7.0", {}, null).inOtherMode).toMatch(/^g[0-9a-f]{4}-chat-etcd$/);
  });
});

test("a tag that is no plain version comes with the release that the operator goes by", () => {
  const componentsOf = (version: string, platform: object) =>
    (graphOf(version, platform).deployment.spec as { components: object[] }).components;
  for (const component of componentsOf("1.5.0.post1", v1beta1))
    expect(component).toMatchObject({ runtimeVersionOverride: "1.5.0" });
  for (const component of [...componentsOf("1.5.1", v1beta1), ...componentsOf("1.4.2.post1", v1beta1)])
    expect(component).not.toHaveProperty("runtimeVersionOverride");
});
