/** The moves that an upgrade's steps are, for who makes them. */
import { type Move, planUpgrade } from "../../../commands/upgradeCheck/upgradeSteps";
import type { Stack } from "../../../config/project";
import { of } from "./stackOf";

const chat = { name: "chat", model: "Qwen/Qwen3-0.6B", workers: { replicas: 2, gpus: 1 } };

const movesOf = (stack: Stack, to: string) => planUpgrade(stack, to).moves;
const names = ({ steps }: Move) => steps.map(({ what }) => what);
const value = ({ config }: Move["before"], key: string) => JSON.parse(config[`dynamo:${key}`] ?? "null");

test("the platform's steps are one move, and the runtime's the next", () => {
  const [platform, runtime, ...others] = movesOf(of("1.6.1", chat), "1.7.0") as [Move, Move];
  expect(others).toEqual([]);
  expect(names(platform)).toEqual(["CRDs", "chart", "operator"]);
  expect([platform.before.operator, platform.after.operator]).toEqual(["1.6", "1.7"]);
  expect(platform.after.config).toEqual(platform.before.config);
  expect(names(runtime)).toEqual(["config", "runtime"]);
  expect(runtime.before).toEqual(platform.after);
  expect(value(runtime.before, "runtime")).toEqual({ version: "1.6.1" });
  expect(value(runtime.after, "runtime")).toEqual({ version: "1.7.0" });
  expect([runtime.before.gpus, runtime.after.gpus, runtime.after.operator]).toEqual([2, 2, "1.7"]);
});

test("a graph that must be made anew has another revision after the move, and has it still after the next", () => {
  const moves = movesOf(of("1.3.1", { ...chat, router: { mode: "kv" } }), "1.5.0");
  const revisions = moves.map(({ before, after }) =>
    [before, after].map((halt) => value(halt, "graphs")[0].revision ?? 1),
  );
  expect(moves.map((move) => names(move).at(-1))).toEqual(["operator", "runtime", "operator", "runtime"]);
  expect(revisions).toEqual([
    [1, 1],
    [1, 2],
    [2, 2],
    [2, 2],
  ]);
});

test("a platform that the stack installs in a version of its own is of the config's values", () => {
  const platform = { install: { version: "1.4.2" } };
  const [first] = movesOf(of("1.4.2", chat, { platform }), "1.5.0") as [Move];
  expect(value(first.before, "platform").install.version).toBe("1.4.2");
  expect(value(first.after, "platform").install.version).toMatch(/^1\.5\./);
});

test("an upgrade within a release line is one move, and none where nothing is to be done", () => {
  expect(movesOf(of("1.6.1", chat), "1.6.2").map(names)).toEqual([["config", "runtime"]]);
  expect(movesOf(of("1.6.1", chat), "1.6.1")).toEqual([]);
});
