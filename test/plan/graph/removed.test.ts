/** What a transform may write depends on the release of the runtime. */
import type { PatchConfig } from "../../../config/graph";
import { stackConfig } from "../../../config/schema";
import { planStack } from "../../../plan/stack";

function refusals(version: string, apiVersion: string, ...transform: PatchConfig[]) {
  const graphs = [{ name: "chat", model: "m", router: { mode: "kv" }, transform }];
  return planStack(stackConfig.parse({ runtime: { version }, platform: { apiVersion }, graphs })).refusals;
}

const add = (path: string, value: string | object): PatchConfig => ({ op: "add", path, value });
const frontendArg = (arg: string) => ({
  v1alpha1: add("/spec/services/Frontend/extraPodSpec/mainContainer/args/-", arg),
  v1beta1: add("/spec/components/0/podTemplate/spec/containers/0/args/-", arg),
});
const env = (name: string) => ({
  v1alpha1: add("/spec/services/Frontend/extraPodSpec/mainContainer/env", [{ name, value: "1" }]),
  v1beta1: add("/spec/components/0/podTemplate/spec/containers/0/env", [{ name, value: "1" }]),
});

describe.each(["v1alpha1", "v1beta1"] as const)("in %s", (apiVersion) => {
  test.each([
    [
      frontendArg("--router-temperature=0.5"),
      /Frontend has --router-temperature, .* runtime 1.7 .*--router-policy-config/,
    ],
    [frontendArg("--load-aware"), /Frontend has --load-aware/],
    [env("DYN_ROUTER_TEMPERATURE"), /env DYN_ROUTER_TEMPERATURE is not read by runtime 1.7/],
  ])("%j is refused by 1.7, and taken by 1.6", (patch, words) => {
    expect(refusals("1.7.0", apiVersion, patch[apiVersion])).toEqual([expect.stringMatching(words)]);
    expect(refusals("1.6.2", apiVersion, patch[apiVersion])).toEqual([]);
  });

  test("flags that 1.7 has are taken", () =>
    expect(refusals("1.7.0", apiVersion, frontendArg("--router-ttl-secs=60")[apiVersion])).toEqual([]));
});

test("flags of workers are not those of frontends", () => {
  const args = "/spec/services/VllmWorker/extraPodSpec/mainContainer/args/0";
  const value = "python3 -m dynamo.vllm --model m --is-decode-worker";
  expect(refusals("1.4.2", "v1alpha1", { op: "replace", path: args, value })).toEqual([
    expect.stringMatching(/transform changes discovery, .*roles/),
    expect.stringMatching(/VllmWorker has --is-decode-worker/),
  ]);
  expect(refusals("1.4.2", "v1alpha1", frontendArg("--is-decode-worker").v1alpha1)).toEqual([
    expect.stringMatching(/transform changes discovery/),
  ]);
});

test("env that is in a list twice is refused: releases differ in which of them counts", () => {
  const twice = [
    { name: "A", value: "1" },
    { name: "A", value: "2" },
  ];
  expect(
    refusals("1.4.2", "v1alpha1", add("/spec/services/VllmWorker/extraPodSpec/mainContainer/env", twice)),
  ).toEqual([expect.stringMatching(/env A is there twice: write it once/)]);
});
