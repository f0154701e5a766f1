/** The questions of `npm run init`, as somebody at a terminal answers them. */
import { confirmedAt } from "../../commands/adopt/confirmed";
import { type Answers, defaults } from "../../commands/init/answers";
import { ask } from "../../commands/init/questions";
import { answer, clear, enter, type Typed } from "./terminal";

const [model, mode, runtime, workers, gpus] = [
  "Which model",
  "find each other",
  "Which version",
  "How many workers",
  "How many GPUs",
];
const all: Answers = { model: "Qwen/Qwen3-8B", mode: "kubernetes", runtime: "1.6.1", workers: 1, gpus: 1 };

/** Answers to what is left open. */
const answers = (options: Partial<Answers>, ...typed: Typed[]) =>
  answer(typed, (terminal) => ask("chat", options, terminal));

/** All but one. */
const without = (key: keyof Answers): Partial<Answers> =>
  Object.fromEntries(Object.entries(all).filter(([one]) => one !== key));

test("five questions, whose defaults Enter takes", async () => {
  const { result } = await answers(
    {},
    [model, `Qwen/Qwen3-8B${enter}`],
    [mode, enter],
    [runtime, enter],
    [workers, enter],
    [gpus, enter],
  );
  expect(result).toEqual({ ...defaults, model: "Qwen/Qwen3-8B" });
});

test.each([
  ["kubernetes", "kubernetes"],
  ["nats-etcd", "nats-etcd"],
  ["NATS", "nats-etcd"],
  ["\u001b[B", "nats-etcd"], // down
])("%j at the modes chooses %s", async (keys, expected) => {
  expect((await answers(without("mode"), [mode, keys + enter])).result.mode).toBe(expected);
});

test("what is no mode is none", async () => {
  const { result } = await answers(
    without("mode"),
    [mode, `etcd${enter}`],
    ["write kubernetes or nats-etcd.", `${clear}n${enter}`],
  );
  expect(result.mode).toBe("nats-etcd");
});

test.each([
  ["runtime", runtime, "1.4.2", "1.4.2"],
  ["workers", workers, "4", 4],
  ["gpus", gpus, " 8 ", 8],
  ["gpus", gpus, "  ", 1],
] as const)("an answer of %s takes the place of the default", async (key, question, text, expected) => {
  expect((await answers(without(key), [question, text + enter])).result[key]).toBe(expected);
});

test.each<[keyof Answers, string, string, string, string, Partial<Answers>?]>([
  ["model", model, "gpt 4", 'must be a model\'s name such as "Qwen/Qwen2.5-1.5B-Instruct", or a path', "a/b"],
  ["model", model, "", "must be a model's name", "a/b"],
  ["runtime", runtime, "1.6.1x", 'must be a released version such as "0.8.1"', "1.6.1"],
  ["runtime", runtime, "9.9.9", '"9.9.9" is not known: write a version of', "1.6.1"],
  ["runtime", runtime, "0.7.1", "0.8", "0.8.1"],
  ["mode", mode, "kubernetes", "0.8", "nats-etcd", { runtime: "0.7.1" }],
  ["workers", workers, "many", "write a whole number from 1 to 1000.", "2"],
  [
    "workers",
    workers,
    "3",
    "3 workers of 8 GPUs take 24, and the policy gpu-limits allows 16",
    "2",
    { gpus: 8 },
  ],
  ["gpus", gpus, "9", "a worker of 9 GPUs is more than a pod", "8"],
  ["gpus", gpus, "2", "the graph takes 2 GPUs, and the budget is 1", "1", { budget: 1 }],
])("%s is judged at its question: %s %j", async (key, question, wrong, reason, right, options = {}) => {
  const { result, shown } = await answers(
    { ...without(key), ...options },
    [question, wrong + enter],
    [reason, clear + right + enter],
  );
  expect(String(result[key])).toBe(right);
  expect(shown).not.toMatch(/[✖→]/);
});

test("what options say is judged before any question", async () => {
  await expect(answers({ model: "gpt 4" })).rejects.toThrow("must be a model's name");
  await expect(answers({ gpus: 9 })).rejects.toThrow("a worker of 9 GPUs is more than a pod");
});

test("a question that is ended writes nothing", async () => {
  await expect(answers(without("mode"), [mode, "\u0003"])).rejects.toThrow("nothing was written");
});

test("letters do not confirm a change of a cluster, but for y", async () => {
  const confirm = (keys: string) =>
    answer([["Delete it?", keys]], (terminal) => confirmedAt(terminal, "Delete it?"));
  for (const letters of ["k", "j", "h", "l"])
    await expect(confirm(letters + enter)).rejects.toThrow("nothing was changed");
  await confirm("y");
});
