/** What rules on the stack are given under Pulumi's engine, where outputs tell more than was asked for. */
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { onInputs } from "../../policies/onInputs";
import { inPlaceChanges } from "../../policies/rules/inPlaceChanges";
import { scaledReplicas } from "../../policies/rules/scaledReplicas";
import { wholeGpus } from "../../policies/rules/wholeGpus";
import type { Rule } from "./judge";

const metadata = { namespace: "dynamo", name: "api" };
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "api" };
const scaler = {
  type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  urn: "scaler",
  props: { kind: "HorizontalPodAutoscaler", metadata, spec: { maxReplicas: 4, scaleTargetRef } },
};
const deployment = (spec: object) => ({
  type: "kubernetes:apps/v1:Deployment",
  urn: "deployment",
  props: { apiVersion: "apps/v1", kind: "Deployment", metadata, spec },
});

/** What is wrong with a stack, after the engine has shown the inputs of some resources, one by one. */
function violations(
  inputs: readonly object[],
  made: readonly object[],
  rules: readonly Rule[] = [wholeGpus, scaledReplicas],
): string[] {
  const enabled = onInputs([...rules]);
  const found: string[] = [];
  const report = (message: string) => void found.push(message);
  const more = { getConfig: () => ({}) };
  for (const resource of inputs)
    for (const { validateResource } of enabled as ResourceValidationPolicy[])
      for (const validate of [validateResource ?? []].flat())
        validate({ ...resource, ...more } as never, report);
  for (const { validateStack } of enabled as Partial<StackValidationPolicy>[])
    validateStack?.({ resources: made, ...more } as never, report);
  return found;
}

const cluster = deployment({ replicas: 1 });

test("replicas that the cluster wrote are not held against the program", () => {
  expect(violations([deployment({}), scaler], [cluster, scaler])).toEqual([]);
});

test("nor where no rule on one object is enabled", () => {
  expect(violations([deployment({}), scaler], [cluster, scaler], [scaledReplicas])).toEqual([]);
});

test("replicas that the program wrote are", () => {
  const message = "Deployment dynamo/api: api has replicas, and HorizontalPodAutoscaler dynamo/api scales it";
  expect(violations([deployment({ replicas: 1 }), scaler], [cluster, scaler])).toEqual([message]);
});

test("a resource whose inputs were not shown is judged by its outputs", () => {
  expect(violations([], [cluster, scaler])).toHaveLength(1);
});

test("the stack is judged by its outputs, whatever inputs it was shown with", () => {
  const shown = { type: "pulumi:pulumi:Stack", urn: "stack", props: {} };
  const change = {
    graph: "chat",
    object: "DynamoGraphDeployment dynamo/chat",
    what: "model",
    from: "a",
    to: "b",
  };
  const made = { ...shown, props: { changesInPlace: [change] } };
  expect(violations([shown], [made], [inPlaceChanges])).toEqual([
    expect.stringMatching(/^graph chat changes its model in place, from a to b/),
  ]);
});
