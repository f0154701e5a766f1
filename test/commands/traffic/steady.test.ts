import { setTimeout as sleep } from "node:timers/promises";
import { startSteadyTraffic } from "../../../commands/traffic/steady";
import { answers, type Chat, type FakeFrontend, fakeFrontend, refuses } from "../frontend/fakeFrontend";

let way: Chat = answers();
let frontend: FakeFrontend;
const { signal } = new AbortController();
beforeEach(async () => {
  way = answers();
  frontend = await fakeFrontend((...args) => way(...args));
});
afterEach(() => frontend.close());

test("each span has the requests that ended in it, and an outage the gap that it made", async () => {
  const traffic = await startSteadyTraffic(frontend.url, "tiny", signal);
  try {
    expect(await traffic.answered(signal)).toBe(true);
    const before = traffic.takeSpan();
    expect(before).toMatchObject({ failed: 0, errors: {} });
    expect(before.completed).toBeGreaterThanOrEqual(10);
    way = refuses(503, "not ready");
    await sleep(1_000);
    way = answers();
    expect(await traffic.answered(signal)).toBe(true);
    const outage = traffic.takeSpan();
    expect(outage.failed).toBeGreaterThanOrEqual(2);
    expect(outage.failed).toBeLessThan(40); // by the rate, and not as often as a refusal comes
    expect(outage.longestGap).toBeGreaterThan(0.7);
    expect(Object.values(outage.errors)).toEqual([
      { count: outage.failed, first: expect.stringMatching(/not ready/) },
    ]);
  } finally {
    await traffic.stop();
  }
  const asked = frontend.asked.length;
  await sleep(500);
  expect(frontend.asked).toHaveLength(asked);
});

test("a signal ends the wait for a model that is not listed", async () => {
  const waiting = startSteadyTraffic(frontend.url, "other", AbortSignal.timeout(200));
  await expect(waiting).rejects.toThrow(/abort/);
});
