/** Releases that images name: frontends and workers are at most two apart, and none is left behind unseen. */
import { stackConfig } from "../../config/schema";
import { otherReleases } from "../../plan/imageReleases";
import { planStack } from "../../plan/stack";

const nvidia = "nvcr.io/nvidia/ai-dynamo";
const plan = (version: string, ...graphs: object[]) =>
  planStack(
    stackConfig.parse({
      runtime: { version },
      graphs: graphs.map((graph, i) => ({ name: `chat-${i}`, model: "m", ...graph })),
    }),
  );
const kv = { router: { mode: "kv" } };

test.each([
  [
    { frontend: { image: `${nvidia}/vllm-runtime:1.3.1` } },
    /^graph chat-0: Frontend is of runtime 1\.3 and VllmWorker of 1\.6 .*more than two minor releases/,
  ],
  [
    { imageTag: "1.6.1", frontend: { image: `mirror:5000/dynamo-frontend:1.2.0@sha256:${"0".repeat(64)}` } },
    /1\.2 and VllmWorker of 1\.6/,
  ],
  [
    {
      ...kv,
      workers: { image: `${nvidia}/vllm-runtime:1.3.1` },
      frontend: { image: `${nvidia}/vllm-runtime:1.4.2` },
    },
    /don't hear the KV events/,
  ],
])("%j is refused", (graph, why) =>
  expect(plan("1.6.1", graph).refusals).toEqual([expect.stringMatching(why)]),
);

test.each([
  [{}],
  [{ frontend: { image: `${nvidia}/vllm-runtime:1.4.2` } }],
  // What counts the tag of somebody's own image is not known.
  [{ frontend: { image: "registry.example.com/chat:1.0" } }],
  [{ frontend: { image: `${nvidia}/vllm-runtime@sha256:${"0".repeat(64)}` } }],
  [{ frontend: { image: `${nvidia}/vllm-runtime:nightly` } }],
])("%j is not", (graph) => expect(plan("1.6.1", graph).refusals).toEqual([]));

test("the frontends of another graph count for the workers that they serve", () => {
  const { refusals } = plan(
    "1.6.1",
    {
      frontend: { image: `${nvidia}/vllm-runtime:1.3.1` },
      workers: { image: `${nvidia}/vllm-runtime:1.4.2` },
    },
    { model: "n", servedBy: "chat-0" },
  );
  expect(refusals).toEqual([
    expect.stringMatching(/^graph chat-1: Frontend is of runtime 1\.3 and VllmWorker of 1\.6/),
  ]);
});

test("images that a change of the version leaves behind", () => {
  const { graphs, runtime } = plan("1.6.1", { imageTag: "1.5.1-efa" }, {});
  expect(otherReleases(graphs, runtime)).toEqual(
    ["Frontend", "VllmWorker"].map((component) => ({
      graph: "chat-0",
      component,
      image: `${nvidia}/vllm-runtime:1.5.1-efa`,
      releaseLine: "1.5",
    })),
  );
});
