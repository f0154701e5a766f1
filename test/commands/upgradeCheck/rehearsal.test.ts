/** What is said of a rehearsed upgrade. */
import { changedObjects } from "../../../commands/upgradeCheck/rehearse/changedObjects";
import { mistakesOf, notesOnRehearsal } from "../../../commands/upgradeCheck/rehearse/notes";
import type { RehearsedMove } from "../../../commands/upgradeCheck/rehearse/rehearsed";
import { describeRehearsal, rehearsalComment } from "../../../commands/upgradeCheck/rehearse/report";
import type { UpgradeStep } from "../../../commands/upgradeCheck/step";

function move(parts: Partial<RehearsedMove> = {}): RehearsedMove {
  return {
    ...{ what: "runtime", from: "1.6.1", to: "1.7.0", way: "there", seconds: 21.4 },
    ...{ done: ["config", "runtime"], notDone: [] },
    objects: { created: [], updated: ["DynamoGraphDeployment/chat"], replaced: [], deleted: [] },
    pods: { started: 3, gone: 3 },
    gpus: { peak: 3, ending: 0, forecast: 3 },
    requests: { completed: 200, failed: 0, longestGap: 0.412, errors: {} },
    ...parts,
  };
}
const lost = { completed: 190, failed: 10, errors: { "HTTP 503": { count: 10, first: "not ready" } } };
const upgrade = (...moves: RehearsedMove[]) => ({ standIns: ["Dynamo operator"], notes: [], moves });

test("a line for each move, with its requests, objects and GPUs", () => {
  const text = describeRehearsal(upgrade(move(), move({ way: "back", requests: lost, failure: "no end" })));
  expect(text).toMatch(
    /│ runtime +│ 1\.6\.1 │ 1\.7\.0 │ 21\.4 │ 1 updated +│ 3 started, 3 gone │ 3, announced 3 +│ none of 200 failed, longest gap 0\.41 s │/,
  );
  expect(text).toMatch(/│ ✖ runtime, back │.*│ 10 of 200 failed +│/);
  expect(text).toContain("\nruntime, back 1.6.1 → 1.7.0: no end\n");
  expect(text).toContain("\nruntime, back 1.6.1 → 1.7.0: 10 × HTTP 503: not ready");
});

test("what was replaced and deleted is told by name, and a cell of markdown is no markup", () => {
  const objects = { created: [], updated: [], replaced: ["Service/a"], deleted: ["Secret/b|c"] };
  const text = rehearsalComment(upgrade(move({ objects, requests: undefined })));
  expect(text).toMatch(/\| runtime \| 1\.6\.1 \| 1\.7\.0 \| 21\.4 \| 1 replaced, 1 deleted \|/);
  expect(text).toContain("replaced Service/a");
  expect(text).not.toContain("Secret/b|c");
});

test("why no traffic ran", () => {
  expect(describeRehearsal({ ...upgrade(move()), noTraffic: "no Python" })).toContain(
    "no traffic ran: no Python",
  );
});

test.each<[string, RehearsedMove, string | undefined, string[]]>([
  ["nothing", move({ to: "1.6.1" }), "1.6.1", []],
  [
    "steps that nothing stands for",
    move({ what: "platform", to: "1.7", pods: { started: 0, gone: 0 }, notDone: ["CRDs", "chart"] }),
    "1.6.1",
    ["not rehearsed, since nothing stands for it: CRDs, chart"],
  ],
  [
    "pods of another version",
    move(),
    "1.6.1",
    [expect.stringMatching(/^pods of 1\.7\.0 ran with Dynamo 1\.6\.1: /)],
  ],
  ["pods that are simulated", move(), undefined, []],
  [
    "pods that start anew with the platform",
    move({ what: "platform", from: "0.9", to: "1.0" }),
    undefined,
    [expect.stringMatching(/^platform 0\.9 → 1\.0: the stand-ins of both releases give pods other names/)],
  ],
  [
    "a peak that was not announced",
    move({ gpus: { peak: 4, ending: 1, forecast: 3 } }),
    undefined,
    [
      "runtime 1.6.1 → 1.7.0: 4 GPUs at the peak, 1 of them of pods that were told to end, and 3 were announced",
    ],
  ],
])("there is to know: %s", (_, made, from, notes) => {
  expect(notesOnRehearsal([made], from)).toEqual(notes);
});

test("an upgrade goes well without a failure or a lost request, unless its steps announce an outage", () => {
  const recreated = [{ pods: { effects: [{ way: "recreated" }] } }] as unknown as UpgradeStep[];
  expect(mistakesOf([move()], [])).toEqual([]);
  expect(mistakesOf([move(), move({ requests: lost })], [])).toEqual(["10 of 400 requests failed"]);
  expect(mistakesOf([move({ requests: lost })], recreated)).toEqual([]);
  expect(mistakesOf([move({ failure: "no end" })], recreated)).toEqual(["runtime 1.6.1 → 1.7.0: no end"]);
});

test("of an update's resources the objects of a cluster are kept, once each", () => {
  const { objects, hear } = changedObjects();
  const event = (op: string, type: string, name: string) =>
    hear({
      sequence: 0,
      timestamp: 0,
      resOutputsEvent: { metadata: { op, type, urn: `urn:pulumi:dev::dynamo::${type}::${name}` } },
    } as never);
  event("create", "kubernetes:core/v1:Service", "a");
  event("update", "kubernetes:nvidia.com/v1alpha1:DynamoGraphDeployment", "chat:chat");
  event("same", "kubernetes:core/v1:Service", "b");
  event("create", "dynamo:index:DynamoGraph", "c");
  for (const op of ["create-replacement", "replace", "delete-replaced"])
    event(op, "kubernetes:core/v1:Secret", "d");
  event("delete", "kubernetes:core/v1:ConfigMap", "e");
  expect(objects).toEqual({
    created: ["Service/a"],
    updated: ["DynamoGraphDeployment/chat:chat"],
    replaced: ["Secret/d"],
    deleted: ["ConfigMap/e"],
  });
});
