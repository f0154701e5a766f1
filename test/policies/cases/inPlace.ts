import { type Case, unknown } from "../judge";
import { object } from "../objects";

const name = "DynamoGraphDeployment dynamo/chat";
const graph = object("nvidia.com/v1beta1", "DynamoGraphDeployment", "chat");
const change = (what: string, from: string, to: string) => ({ graph: "chat", object: name, what, from, to });
const model = change("model", "Qwen/Qwen3-8B", "Qwen/Qwen3-14B");
const runtime = change("runtime", "1.5.1", "1.6.1");

/** The stack, by what the program says of it. */
const stack = (changesInPlace?: unknown) => ({
  type: "pulumi:pulumi:Stack",
  props: { discoveryMode: "kubernetes", graphs: unknown, changesInPlace },
});

const ofModel =
  "graph chat changes its model in place, from Qwen/Qwen3-8B to Qwen/Qwen3-14B: while its pods roll, clients get answers of both or find no worker of theirs";
const ofRuntime =
  "graph chat goes from runtime 1.5.1 to 1.6.1 in place: while its pods roll, both serve in one graph, and what a new one can't do shows when old ones are gone";
const notTold = "what changes in place is not known: the stack's output changesInPlace tells it otherwise";

const inPlaceChanges: readonly Case[] = [
  ["nothing", [stack([]), graph], []],
  ["a stack of a program that does not tell it", [stack(), graph], []],
  ["another model", [stack([model]), graph], [ofModel]],
  ["another line", [stack([runtime]), graph], [ofRuntime]],
  ["both, of an object that no resource here makes", [stack([model, runtime])], [ofModel, ofRuntime]],
  ["the one that is looked at", [stack([model, runtime]), graph], [ofRuntime], { changes: ["runtime"] }],
  ["a graph that may", [stack([model, runtime]), graph], [], { allowed: [name] }],
  ["another that may", [stack([model]), graph], [ofModel], { allowed: ["DynamoGraphDeployment dynamo/ch"] }],
  ["what is not known", [stack(unknown), graph], [notTold]],
  ["what another program means by it", [stack([{ graph: "chat" }]), graph], [notTold]],
];

export const cases = { "in-place-changes": inPlaceChanges };
