/** How long `npm run verify` looks, and what it says meanwhile and in the end: on a stack whose evidence a test gives. */
import { evidenceReader } from "../../../commands/verify/evidence";
import { type Ending, run } from "../command";
import { type Changes, deployment, evidence, model, now, stackOf } from "./evidence";

jest.mock("../../../commands/verify/declared", () => ({ declaredStack: async () => stackOf("kubernetes") }));
jest.mock("../../../commands/verify/evidence", () => ({
  ...jest.requireActual("../../../commands/verify/evidence"),
  evidenceReader: jest.fn(),
}));
jest.mock("node:timers/promises", () => ({ setTimeout: (ms: number) => jest.advanceTimersByTimeAsync(ms) }));

beforeEach(() => jest.useFakeTimers({ now }));
afterEach(() => jest.useRealTimers());

const listing = (...models: string[]): Changes => ({
  frontends: new Map([["small-frontend-np", [{ pod: "frontend-a", models }]]]),
});
const well = listing(model);
const waiting = listing();

/** The command, where a look finds one after the other of these, and then the last. */
async function verify(
  looks: readonly [...Changes[], Changes],
  ...args: string[]
): Promise<Ending & { readonly looks: number }> {
  let count = 0;
  const look = async () =>
    evidence("kubernetes", { at: new Date(), ...looks[Math.min(count++, looks.length - 1)] });
  jest.mocked(evidenceReader).mockResolvedValue(look);
  const ending = await run("verify", "--stack", "dev", ...args);
  return { ...ending, looks: count };
}

test("a stack that is well is looked at once", async () => {
  const { code, stdout, stderr, looks } = await verify([well]);
  expect([code, stderr, looks]).toEqual([0, "", 1]);
  expect(stdout).toMatch(/^dev: discovery mode kubernetes, Dynamo 1\.6\.1\n/);
  expect(stdout).toMatch(/│ ✓ +│ model listed +│ small +│/);
});

test("what may become true is looked at each second until it is", async () => {
  const pending = { status: { observedGeneration: 1 } };
  const starting = { cluster: { deployments: [deployment("small", "kubernetes", pending)] } };
  const { code, looks, stdout } = await verify([starting, starting, starting, well]);
  expect([code, looks]).toEqual([0, 4]);
  expect(stdout).not.toContain("✖");
});

test("after the timeout it is a failure", async () => {
  const { code, looks, stdout, stderr } = await verify([waiting], "--timeout", "5");
  expect([code, looks]).toEqual([1, 6]); // the first at once, the last as the time is over
  expect(stdout).toMatch(/│ ✖ +│ model listed +│ small +│/);
  expect(stderr).toMatch(/error: 1 check of stack dev failed\n$/);
});

test("what it waits for is said when it takes long, and then from time to time", async () => {
  const { stderr, looks } = await verify([waiting]);
  expect(looks).toBe(61);
  const line = (at: number) => `${at} s: waiting up to 60 s for: model listed (small)`;
  expect(stderr.split("\n").slice(0, -2)).toEqual([2, 12, 22, 32, 42, 52].map(line));
});

test("what will not change by itself is not waited for", async () => {
  const { code, looks } = await verify([{ cluster: { quotas: [] } }]);
  expect([code, looks]).toEqual([1, 1]);
});

test("--json has what was found, and whether all is well", async () => {
  const verdict = async (changes: Changes) =>
    JSON.parse((await verify([changes], "--timeout", "1", "--json")).stdout);
  const { findings, ...good } = await verdict(well);
  expect(good).toEqual({ stack: "dev", discoveryMode: "kubernetes", runtime: "1.6.1", ok: true });
  expect(findings).toContainEqual(
    expect.objectContaining({ check: "model listed", subject: "small", state: "passed" }),
  );
  const bad = await verdict(waiting);
  expect(bad.ok).toBe(false);
  for (const finding of bad.findings) expect(finding).not.toHaveProperty("mayPass");
});
