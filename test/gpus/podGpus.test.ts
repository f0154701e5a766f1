import { notKnown } from "../../gpus/manifest";
import { podGpus } from "../../gpus/podGpus";
import fc from "../fastCheck";

const gpu = "nvidia.com/gpu";
const limits = (count: unknown, kind = gpu) => ({ limits: { [kind]: count } });
const init = (count: unknown, restartPolicy?: string) => ({
  name: "init",
  resources: limits(count),
  restartPolicy,
});
const main = (count: unknown) => ({ name: "main", resources: limits(count) });

test.each([
  ["containers run together", { containers: [main(1), main("2")] }, 3],
  [
    "init containers run before them, one by one",
    { initContainers: [init(3), init(2)], containers: [main(1)] },
    3,
  ],
  ["sidecars run beside them", { initContainers: [init(1, "Always")], containers: [main(2)] }, 3],
  ["and beside the init containers after them", { initContainers: [init(1, "Always"), init(4)] }, 5],
  [
    "but not beside those before them",
    { initContainers: [init(4), init(1, "Always")], containers: [main(2)] },
    4,
  ],
  [
    "the larger of request and limit counts",
    { containers: [{ resources: { requests: { [gpu]: 3 }, ...limits(2) } }] },
    3,
  ],
  ["parts count as wholes", { containers: [main("500m"), main("500m")] }, 2],
  ["fewer than none make no room", { containers: [main(-4), main(2)] }, 2],
])("%s", (_, pod, gpus) => expect(podGpus(pod).byKind[gpu]).toBe(gpus));

test("no more run at once than while it starts and runs", () => {
  const count = fc.nat({ max: 8 });
  const starting = fc.array(fc.record({ count, stays: fc.boolean() }), { maxLength: 6 });
  fc.assert(
    fc.property(starting, fc.array(count, { maxLength: 4 }), (first, then) => {
      let running = 0;
      let most = 0;
      for (const { count, stays } of first) {
        most = Math.max(most, running + count);
        if (stays) running += count;
      }
      most = Math.max(
        most,
        then.reduce((sum, one) => sum + one, running),
      );
      const initContainers = first.map(({ count, stays }) => init(count, stays ? "Always" : undefined));
      expect(podGpus({ initContainers, containers: then.map(main) }).byKind[gpu] ?? 0).toBe(most);
    }),
  );
});

test("kinds are counted apart, and what is no GPU is not", () => {
  const resources = { limits: { [gpu]: 1, "nvidia.com/mig-1g.5gb": 2, "rdma/ib": 8, cpu: 4 } };
  expect(podGpus({ containers: [{ resources }] }).byKind).toEqual({ [gpu]: 1, "nvidia.com/mig-1g.5gb": 2 });
});

test.each([
  ["a pod", notKnown, "its pods are not known yet"],
  ["containers", { containers: notKnown }, "containers of its pods is not known yet"],
  [
    "limits",
    { containers: [{ resources: { limits: notKnown } }] },
    "containers[0].resources.limits of its pods is not known yet",
  ],
  ["a count", { containers: [main(notKnown)] }, `${gpu} of container main is not known yet: write a number`],
])("%s that is not known yet is told", (_, pod, why) => expect(podGpus(pod).uncounted).toContain(why));
