import { gpusOf, totalGpus } from "../../gpus/arithmetic";
import fc from "../fastCheck";

test("a worker's GPUs are per pod x nodes x replicas", () => {
  expect(gpusOf({ perPod: 8, nodes: 2, replicas: 3 })).toBe(48);
  expect(gpusOf({ perPod: 0, nodes: 1, replicas: 5 })).toBe(0);
});

test("one replica more costs a replica's GPUs", () => {
  const factor = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(factor, factor, factor, (perPod, nodes, replicas) => {
      const more = gpusOf({ perPod, nodes, replicas: replicas + 1 });
      return more - gpusOf({ perPod, nodes, replicas }) === gpusOf({ perPod, nodes, replicas: 1 });
    }),
  );
});

test.each([
  { perPod: 0.5, nodes: 1, replicas: 1 },
  { perPod: -1, nodes: 1, replicas: 1 },
  { perPod: Number.NaN, nodes: 1, replicas: 1 },
  { perPod: 1, nodes: 0, replicas: 1 },
  { perPod: 1, nodes: 1, replicas: -1 },
  { perPod: 1, nodes: 1, replicas: Number.POSITIVE_INFINITY },
])("%o is no request", (request) => expect(() => gpusOf(request)).toThrow(RangeError));

test("totals add up", () => {
  expect(totalGpus([])).toBe(0);
  expect(totalGpus([64, 4])).toBe(68);
});
