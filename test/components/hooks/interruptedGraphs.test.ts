/** What a failed update has left counts for the budget, where another graph is made. */
import { overBudgetWith } from "../../../components/hooks/interruptedGraphs";
import { parseConfig } from "../../../config/parse";
import { planStack } from "../../../plan/stack";

/** A graph of two workers with a GPU each, as the cluster has it. */
const graph = (name: string) => {
  const graphs = JSON.stringify([{ name, model: "m", workers: { replicas: 2, gpus: 1 } }]);
  const { graphs: plans } = planStack(parseConfig("dynamo", "dev", { "dynamo:graphs": graphs }, () => false));
  const deployment = plans[0]?.deployment;
  if (!deployment) throw new Error("no graph is planned");
  return { ...deployment, metadata: { ...deployment.metadata, uid: name } };
};
const [left, kept] = [graph("left"), graph("kept")];
const nameOf = ({ metadata }: typeof left) => metadata.name;
const update = (planned: readonly string[], budget: number) =>
  overBudgetWith([left], [left, kept], { planned, namespace: { name: "dynamo" }, peak: 2, budget });

test("graphs that are made beside it must leave room for it", () => {
  expect(update([nameOf(kept), "new"], 4)).toBeUndefined();
  expect(update([nameOf(kept), "new"], 3)).toBe(
    `an update that failed has left ${nameOf(left)}, which goes last: with it 4 GPUs run at the peak, and the budget is 3. Nothing was changed: delete it first, by \`kubectl --namespace dynamo delete dynamographdeployment ${nameOf(left)}\`, or raise dynamo:budget.gpus for the while`,
  );
});

test("an update that makes no graph goes on: it is what takes the other away", () => {
  expect(update([nameOf(kept)], 3)).toBeUndefined();
});

test("where nothing is left, nothing is in the way", () => {
  const options = { planned: ["new"], namespace: { name: "dynamo" }, peak: 4, budget: 3 };
  expect(overBudgetWith([], [kept], options)).toBeUndefined();
});
