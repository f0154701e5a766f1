import { nearest, nearestFirst } from "../../config/near";

const words = ["gpus", "gpu-budget", "workers", "frontend", "perPod"];

test.each([
  ["gpu", "gpus"],
  ["gpsu", "gpus"],
  ["GPUS", "gpus"],
  ["gpu-bugdet", "gpu-budget"],
  ["wokrers", "workers"],
  ["perpod", "perPod"],
  ["fronted", "frontend"],
])("%s is meant to be %s", (word, meant) => expect(nearest(word, words)).toBe(meant));

test.each(["", "x", "gp", "speed", "back-end", "worker-pools", "__proto__"])("%p is like none", (word) =>
  expect(nearest(word, words)).toBeUndefined(),
);

test("words come by how much they are like one", () =>
  expect(nearestFirst("work", words)).toEqual(["workers", "gpus", "perPod", "frontend", "gpu-budget"]));
