/** A stack of more graphs than Pulumi works on at a time. */
import { CustomObjectsApi } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { createNodes } from "../../rehearsal/nodes";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { realCrds } from "./realCrds";

jest.setTimeout(180_000);

const graphs = Array.from({ length: 5 }, (_, i) => ({ name: `graph-${i}`, model: "org/model" }));
let rehearsal: Rehearsal;

beforeAll(async () => {
  const stack = devStack({ graphs, budget: { gpus: 5 } });
  rehearsal = await startRehearsal({ stack, nodes: 0, gpusPerNode: 8, crds: realCrds("1.4") });
}, 2_400_000);

afterAll(() => rehearsal?.stop());

test("all graphs load their models at the same time", async () => {
  const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
  const made = async (): Promise<{ status?: { state?: string } }[]> =>
    (
      await custom.listNamespacedCustomObject({
        group: "nvidia.com",
        version: "v1beta1",
        namespace: "dynamo",
        plural: "dynamographdeployments",
      })
    ).items;
  let isOver = false;
  const updated = update(rehearsal, { parallel: 2 }).finally(() => {
    isOver = true;
  });
  await Promise.race([updated, pWaitFor(async () => (await made()).length === graphs.length)]);
  expect(isOver).toBe(false);
  expect((await made()).filter(({ status }) => status?.state === "successful")).toEqual([]);
  await createNodes(rehearsal.kubeconfig, { nodes: 1, gpusPerNode: 8 });
  await updated;
  expect((await made()).map(({ status }) => status?.state)).toEqual(graphs.map(() => "successful"));
});
