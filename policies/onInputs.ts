import type { Policies, ResourceValidationArgs } from "@pulumi/policy";
import { stackType } from "./clusterObject";

/**
 * Has rules on the stack judge what was asked for, as rules on one object do: the engine gives inputs to these, and
 * outputs to those. Outputs hold the cluster's answers too: replicas that nobody wrote, the node port that a dry run made
 * up. So each rule on the stack is shown the objects as well, whether rules on one object are enabled or not: by the time
 * it judges the stack, it has seen every object's inputs. The stack itself has outputs alone.
 */
export function onInputs(rules: Readonly<Policies>): Policies {
  const inputs = new Map<string, ResourceValidationArgs["props"]>();
  const note = ({ type, urn, props }: ResourceValidationArgs) => {
    if (type !== stackType) inputs.set(urn, props);
  };
  return rules.map((rule) => {
    if (!("validateStack" in rule)) return rule;
    const validateStack: typeof rule.validateStack = ({ resources, ...args }, report) => {
      const asked = resources.map((made) => ({ ...made, props: inputs.get(made.urn) ?? made.props }));
      return rule.validateStack({ ...args, resources: asked }, report);
    };
    return { ...rule, validateResource: note, validateStack };
  });
}
