/** A model cache's claim keeps what it was made with: the real engine refuses to change it, in words, and changes nothing. */

import { update } from "../../rehearsal/bareUpdate";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { attempt } from "./attempt";
import { allObjects } from "./objects";
import { operatorCrds } from "./realCrds";

jest.setTimeout(180_000);

const graph = (pvc?: object) => ({
  name: "chat",
  model: "Qwen/Qwen3-0.6B",
  readyTimeout: "60s",
  ...(pvc && { modelCache: { pvc } }),
});
const made = { size: "20Gi" };

let rehearsal: Rehearsal;
const configure = (...graphs: object[]) => rehearsal.engine.configure({ "dynamo:graphs": graphs });

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: devStack({ graphs: [graph(made)], budget: { gpus: 4 } }),
    nodes: 1,
    gpusPerNode: 4,
    crds: operatorCrds(),
  });
  await update(rehearsal);
}, 1_800_000);
afterAll(() => rehearsal?.stop());

const changes = { accessMode: "ReadWriteOnce", storageClass: "fast", size: "10Gi" };
const words = {
  accessMode: "ReadWriteMany to ReadWriteOnce",
  storageClass: "the default to fast",
  size: "20Gi to 10Gi",
};

test("another claim is refused by preview and by up, which tell each change, and nothing changes", async () => {
  await configure(graph(changes));
  const unchanged = await allObjects(rehearsal.kubeconfig);
  for (const operation of ["preview", "up --skip-preview"] as const) {
    const { code, stdout } = await attempt(rehearsal, operation);
    expect(code).toBe(1);
    for (const [setting, change] of Object.entries(words)) {
      expect(stdout).toContain(`✖ can't change from ${change}: `);
      expect(stdout).toContain(`→ at dynamo:graphs[].modelCache.pvc.${setting} of chat`);
    }
    expect(stdout).not.toMatch(/is invalid|^\s+at .*\.[jt]s/m);
  }
  expect(await allObjects(rehearsal.kubeconfig)).toEqual(unchanged);
});

test("the way that it tells: the graph goes for an update, and comes with another claim", async () => {
  await configure();
  await update(rehearsal);
  await configure(graph({ ...made, accessMode: "ReadWriteOnce" }));
  await expect(update(rehearsal)).resolves.toBeUndefined();
});
