/** `npm run upgrade-check -- --rehearse`: an upgrade under traffic, there and back, by the released runtime in the name of the pods. */
import type { RehearsedMove, RehearsedUpgrade } from "../../commands/upgradeCheck/rehearse/rehearsed";
import { processOf, runProcess } from "../commands/command";

jest.setTimeout(1_800_000);

test("a stack is upgraded and taken back while clients ask it, as its steps announced", async () => {
  const args = ["--stack", "dev", "--to", "1.7.0", "--rehearse", "--json"];
  const { code, stdout, stderr } = await runProcess(process.execPath, ...processOf("upgradeCheck", ...args));
  if (stdout === "") throw new Error(stderr);
  const { ok, rehearsal } = JSON.parse(stdout) as { ok: boolean; rehearsal: RehearsedUpgrade };
  const { moves, noTraffic } = rehearsal;
  console.log(
    moves.map(({ what, to, requests, gpus }) => JSON.stringify({ what, to, requests, gpus })).join("\n"),
  );
  expect(noTraffic).toBeUndefined();
  expect(moves.map(({ what, from, to, way }) => `${what} ${from} ${to} ${way}`)).toEqual([
    "platform 1.6 1.7 there",
    "runtime 1.6.1 1.7.0 there",
    "runtime 1.7.0 1.6.1 back",
    "platform 1.7 1.6 back",
  ]);
  const lost = moves.reduce((sum, { requests }) => sum + (requests?.failed ?? 0), 0);
  expect(lost).toBeLessThanOrEqual(1); // a question on a kept connection, in the millisecond of its end
  expect([code, ok]).toEqual(lost === 0 ? [0, true] : [1, false]);
  const none = { created: [], updated: [], replaced: [], deleted: [] };
  for (const move of moves) {
    const rolls = move.what === "runtime";
    expect(move).toMatchObject({
      done: rolls ? ["config", "runtime"] : ["operator"],
      objects: rolls ? { ...none, updated: [expect.stringMatching(/^DynamoGraphDeployment\//)] } : none,
      pods: rolls ? { started: 3, gone: 3 } : { started: 0, gone: 0 },
    } satisfies Partial<Record<keyof RehearsedMove, unknown>>);
    expect(move.failure).toBeUndefined();
    expect(move.requests?.completed).toBeGreaterThan(rolls ? 50 : 10);
    const { peak, ending, forecast } = move.gpus;
    expect([forecast, peak - ending]).toEqual([rolls ? 3 : 2, rolls ? 3 : 2]);
  }
});
