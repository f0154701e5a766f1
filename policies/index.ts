/** The policy pack, as Pulumi loads it. Tests and commands take the rules from ./rules: a pack serves from its first line on. */
import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("dynamo-guard", { policies: [...rules] });
