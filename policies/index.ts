/** The policy pack, as Pulumi loads it. Tests and commands take the rules from ./rules: a pack serves from its first line on. */
import { PolicyPack } from "@pulumi/policy";
import { onInputs } from "./onInputs";
import { rules } from "./rules";

// With a violation Pulumi prints its rule's description, and not what to do about it.
const policies = onInputs(rules).map((rule) => ({
  ...rule,
  description: `${rule.description} ${rule.remediationSteps}`,
}));

new PolicyPack("dynamo-guard", { policies });
