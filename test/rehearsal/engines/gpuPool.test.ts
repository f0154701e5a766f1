import { createGpuPool } from "../../../rehearsal/engines/gpuPool";

test("gives each pod GPUs of its own, the first that are free", () => {
  const pool = createGpuPool([0, 1, 2, 3]);
  expect(pool.take("a", 1)).toEqual([0]);
  expect(pool.take("b", 2)).toEqual([1, 2]);
  pool.giveBack("a");
  expect(pool.take("c", 2)).toEqual([0, 3]);
});

test("gives a pod that starts again no second set", () => {
  const pool = createGpuPool([0, 1]);
  pool.take("a", 2);
  expect(pool.take("a", 2)).toEqual([0, 1]);
});

test("refuses where too few are free, and keeps those for whoever asks for fewer", () => {
  const pool = createGpuPool([0, 1]);
  pool.take("a", 1);
  expect(() => pool.take("b", 2)).toThrow("it asks for 2 GPUs, and 1 are free");
  expect(pool.take("c", 1)).toEqual([1]);
});

test("gives a pod that asks for none none", () => {
  expect(createGpuPool([]).take("a", 0)).toEqual([]);
});
