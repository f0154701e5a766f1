import type { Policies, ResourceValidationArgs } from "@pulumi/policy";

/**
 * Has all rules judge what was asked for. The engine gives inputs to rules on one object, and outputs to rules on the
 * stack. Those hold the cluster's answers too: replicas that nobody wrote, the node port that a dry run made up. By the
 * time of the stack's rules every object's inputs have been shown to the others.
 */
export function onInputs(rules: Policies): Policies {
  const inputs = new Map<string, ResourceValidationArgs["props"]>();
  return rules.map((rule) =>
    "validateStack" in rule
      ? {
          ...rule,
          validateStack: ({ resources, ...args }, report) => {
            const asked = resources.map((made) => ({ ...made, props: inputs.get(made.urn) ?? made.props }));
            return rule.validateStack({ ...args, resources: asked }, report);
          },
        }
      : {
          ...rule,
          validateResource: [
            ({ urn, props }) => void inputs.set(urn, props),
            ...[rule.validateResource ?? []].flat(),
          ],
        },
  );
}
