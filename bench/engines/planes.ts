/** Requests over TCP against requests over NATS. */
import { rehearsed } from "./rehearsed";
import { checked, loadArgs, natsEtcd, type Scenario, smallLoad, stackOf, workerArgs } from "./scenario";

/** So many streams at once, and requests in all. */
const streams = [
  { concurrency: 1, requests: 20 },
  { concurrency: 32, requests: 400 },
  { concurrency: 256, requests: 1_536 },
];

/** One worker, so that the next one, with the other plane, has a GPU while it starts. Each load twice, to see what chance does. */
export const planes: Scenario = async (setting, tell) => {
  const graph = { workers: { replicas: 1, gpus: 1, args: workerArgs(setting) } };
  const over = (requestPlane: string) => stackOf(setting, { ...natsEtcd, requestPlane }, graph);
  await rehearsed(setting, over("tcp"), async (stack) => {
    tell({ name: "nats-etcd: up", seconds: stack.upSeconds });
    await checked(stack, "nats-etcd", tell);
    await smallLoad(stack, "nats-etcd", tell);
    for (const plane of ["tcp", "nats"] as const) {
      if (plane !== "tcp") tell({ name: `to ${plane}`, seconds: await stack.change(over(plane)) });
      for (const run of [1, 2])
        for (const { concurrency, requests } of streams) {
          const load = loadArgs({ prompt: 512, output: 128, concurrency, requests });
          const report = await stack.traffic(`${plane}-${concurrency}-${run}`, load);
          tell({ name: `${plane}, ${concurrency} streams, run ${run}`, report });
        }
    }
  });
};
