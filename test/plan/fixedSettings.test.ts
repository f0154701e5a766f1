import { fixedSettingChanges } from "../../plan/fixedSettings";

const claim = ({ mode = "ReadWriteMany", storageClass = undefined as unknown, size = "20Gi" }) => ({
  metadata: { name: "chat-model-cache", namespace: "dynamo" },
  spec: {
    accessModes: [mode],
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    resources: { requests: { storage: size } },
  },
});

test.each([
  ["accessMode", {}, { mode: "ReadWriteOnce" }, "ReadWriteMany to ReadWriteOnce"],
  ["storageClass", {}, { storageClass: "fast" }, "the default to fast"],
  ["storageClass", { storageClass: "fast" }, {}, "fast to the default"],
  ["storageClass", { storageClass: "fast" }, { storageClass: "slow" }, "fast to slow"],
  ["size", {}, { size: "10Gi" }, "20Gi to 10Gi"],
  ["size", {}, { size: "20G" }, "20Gi to 20G"],
])("a claim keeps its %s: %j to %j", (setting, before, after, words) =>
  expect(fixedSettingChanges(claim(before), claim(after))).toEqual([
    `✖ can't change from ${words}: a claim keeps it for life; write it back, or take graph chat out for an update and then in again, with a new claim that downloads its model anew → at dynamo:graphs[].modelCache.pvc.${setting} of chat`,
  ]),
);

test("all of its changes are told", () =>
  expect(
    fixedSettingChanges(claim({}), claim({ mode: "ReadWriteOnce", storageClass: "fast", size: "1Gi" })),
  ).toHaveLength(3));

test.each([
  ["nothing changes", {}, {}],
  ["it grows", {}, { size: "40Gi" }],
  ["it is written in another way", { size: "1Gi" }, { size: "1024Mi" }],
  ["its class is not known yet", { storageClass: "fast" }, { storageClass: Symbol("unknown") }],
])("a claim may stay where %s", (_, before, after) =>
  expect(fixedSettingChanges(claim(before), claim(after))).toEqual([]),
);

test.each([
  ["new", undefined, claim({})],
  ["gone", claim({}), undefined],
  ["something else", { kind: "Service", spec: {} }, claim({})],
])("what is %s has no such change", (_, before, after) =>
  expect(fixedSettingChanges(before, after)).toEqual([]),
);
