import { RequestFailure } from "../../../commands/frontend/failure";
import type { Sample } from "../../../commands/traffic/load";
import { distribution, metricsOf } from "../../../commands/traffic/metrics";
import fc from "../../fastCheck";

const answer = (sent: number, latency: number, timeToFirstToken: number, outputTokens: number): Sample => ({
  sent,
  answer: { text: "", latency, timeToFirstToken, outputTokens, promptTokens: 100, cachedTokens: 25 },
});
const failure = (sent: number, ended: number): Sample => ({
  sent,
  ended,
  failure: new RequestFailure("timeout", "no answer"),
});

test("latencies and throughput are as AIPerf defines them", () => {
  const metrics = metricsOf([answer(1000, 1100, 100, 11), answer(2000, 900, 500, 5), failure(1500, 6000)]);
  expect(metrics).toEqual({
    completed: 2,
    failed: 1,
    errors: { timeout: { count: 1, first: "no answer" } },
    duration: 5, // from the first request to the failure
    longestGap: expect.closeTo(0.8), // from 1000 + 1100 to 2000 + 900
    requestThroughput: 2 / 5,
    outputTokenThroughput: 16 / 5,
    promptTokens: 100,
    outputTokens: 8,
    cachedShare: 0.25,
    timeToFirstToken: expect.objectContaining({ p50: 300, max: 500 }),
    interTokenLatency: expect.objectContaining({ p50: 100, max: 100 }), // (1100 - 100) / 10 and (900 - 500) / 4
    requestLatency: expect.objectContaining({ p50: 1000, mean: 1000 }),
  });
});

test("the longest gap is between requests that end one after the other, in whatever order they began", () => {
  const ends = [answer(0, 9000, 1, 2), answer(100, 900, 1, 2), answer(200, 1800, 1, 2), failure(0, 4000)];
  expect(metricsOf(ends).longestGap).toBe(7); // 1000, 2000, 9000
  expect(metricsOf([answer(0, 100, 1, 2)]).longestGap).toBeUndefined();
});

test("an answer of one token has no inter token latency", () => {
  const { interTokenLatency, timeToFirstToken } = metricsOf([answer(0, 100, 100, 1)]);
  expect(interTokenLatency).toBeUndefined();
  expect(timeToFirstToken?.p99).toBe(100);
});

test("nothing has no figures", () => {
  expect(metricsOf([])).toMatchObject({ completed: 0, duration: 0, requestThroughput: 0 });
  expect(metricsOf([failure(0, 10)])).toMatchObject({ failed: 1, requestLatency: undefined });
});

test("percentiles are interpolated, as numpy and AIPerf do it", () => {
  const values = Array.from({ length: 30 }, (_, i) => i + 1);
  expect(distribution(values)).toEqual({
    mean: 15.5,
    p50: 15.5,
    p90: 27.1,
    p99: expect.closeTo(29.71),
    max: 30,
  });
});

test("percentiles rise, within what was measured", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      const { p50, p90, p99, max } = distribution(values) ?? { p50: 1, p90: 0, p99: 0, max: 0 };
      expect(p50).toBeGreaterThanOrEqual(Math.min(...values));
      expect(p90).toBeGreaterThanOrEqual(p50);
      expect(p99).toBeGreaterThanOrEqual(p90);
      expect(max).toBe(Math.max(...values));
    }),
  );
});
