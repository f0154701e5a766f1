/** GPUs of one object, counted in CEL as gpus/ counts them, as far as CEL can. */
import { gpuInCel, wholeGpu } from "../config/accelerators";

/** GPUs of what can't be read as a whole number: no limit allows them. */
const unreadable = 1_000_000;

const ifThere = (field: string, then: string, otherwise = "0") => `(has(${field}) ? ${then} : ${otherwise})`;

/** @param amount a quantity, whose type in CEL depends on who wrote it */
const whole = (amount: string) =>
  `(isQuantity(string(${amount})) && quantity(string(${amount})).isInteger() && quantity(string(${amount})).asInteger() >= 0 ? quantity(string(${amount})).asInteger() : ${unreadable})`;

const gpusIn = (amounts: string) =>
  `${amounts}.map(k, ${gpuInCel.resource("k")} ? ${whole(`${amounts}[k]`)} : 0).sum()`;

/** Limits, without which pods get no GPUs. */
const amountsOf = (owner: string, count: (amounts: string) => string) =>
  ifThere(`${owner}.resources`, ifThere(`${owner}.resources.limits`, count(`${owner}.resources.limits`)));

const ofContainer = (container: string) => amountsOf(container, gpusIn);

const sumOf = (list: string) => ifThere(list, `${list}.map(d, ${ofContainer("d")}).sum()`);

/** Containers and sidecars together, or an init container with the sidecars. */
const ofPod = (pod: string): string => {
  const isSidecar = "has(d.restartPolicy) && d.restartPolicy == 'Always'";
  const running = sumOf(`${pod}.containers`);
  const inits = `${pod}.initContainers`;
  const sidecars = `${inits}.filter(d, ${isSidecar}).map(d, ${ofContainer("d")}).sum()`;
  const others = `${inits}.filter(d, !(${isSidecar})).map(d, ${ofContainer("d")})`;
  return ifThere(inits, `(${sidecars} + ([${running}] + ${others}).max())`, running);
};

/** The amounts of a v1alpha1 component, whose GPUs are `gpu`. */
const alphaAmounts = (amounts: string) =>
  `(${ifThere(`${amounts}.gpu`, `(${amounts}.gpu == '' ? 0 : ${whole(`${amounts}.gpu`)})`)} + ${ifThere(`${amounts}.custom`, gpusIn(`${amounts}.custom`))})`;

/** A pod of a component `c`, in either version of the API. */
const ofComponent = [
  ifThere("c.podTemplate", ifThere("c.podTemplate.spec", ofPod("c.podTemplate.spec"))),
  `[${amountsOf("c", alphaAmounts)}, ${ifThere("c.extraPodSpec", ifThere("c.extraPodSpec.mainContainer", ofContainer("c.extraPodSpec.mainContainer")))}].max()`,
  ifThere("c.extraPodSpec", ofPod("c.extraPodSpec")),
  ifThere("c.frontendSidecar", ofContainer("c.frontendSidecar")),
].join(" + ");

/** Pods of a component `c`: on several nodes they are on two by default, and the operator of 0.7 scales by itself. */
const podsOfComponent = [
  ifThere("c.multinode", ifThere("c.multinode.nodeCount", "int(c.multinode.nodeCount)", "2"), "1"),
  `[${ifThere("c.replicas", "int(c.replicas)", "1")}, ${ifThere("c.autoscaling", ifThere("c.autoscaling.maxReplicas", "int(c.autoscaling.maxReplicas)"))}].max()`,
].join(" * ");

/** Devices of a request `r` of a claim, in each version of the API. */
const ofRequest = (request: string) =>
  `(${ifThere(`${request}.deviceClassName`, gpuInCel.class(`${request}.deviceClassName`), "false")} ? ${ifThere(
    `${request}.allocationMode`,
    `(${request}.allocationMode == 'All' ? ${unreadable} : ${ifThere(`${request}.count`, `int(${request}.count)`, "1")})`,
    ifThere(`${request}.count`, `int(${request}.count)`, "1"),
  )} : 0)`;
const ofRequests = `variables.claim.devices.requests.map(r, ${ofRequest("r")} + ${ifThere("r.exactly", ofRequest("r.exactly"))} + ${ifThere("r.firstAvailable", `([0] + r.firstAvailable.map(s, ${ofRequest("s")})).max()`)}).sum()`;
const ofClaim = ifThere("variables.claim.devices", ifThere("variables.claim.devices.requests", ofRequests));

/** Whether all GPUs in amounts are of kinds. */
const onlyOf = (kinds: string) => (amounts: string) =>
  `${amounts}.all(k, !(${gpuInCel.resource("k")}) || k in ${kinds})`;

const everyAmount = (owner: string, check: (amounts: string) => string) =>
  ifThere(
    `${owner}.resources`,
    ifThere(`${owner}.resources.limits`, check(`${owner}.resources.limits`), "true"),
    "true",
  );

const everyContainer = (pod: string, check: (amounts: string) => string) =>
  `(${["containers", "initContainers"].map((list) => ifThere(`${pod}.${list}`, `${pod}.${list}.all(d, ${everyAmount("d", check)})`, "true")).join(" && ")})`;

/** Whether an object asks for GPUs of these kinds alone. */
export function onlyKinds(resources: readonly string[]): string {
  const kinds = `[${resources.map((kind) => JSON.stringify(kind)).join(", ")}]`;
  const check = onlyOf(kinds);
  const alpha = (amounts: string) =>
    `(${ifThere(`${amounts}.gpuType`, `${amounts}.gpuType in ['', ${kinds.slice(1)}`, String(resources.includes(wholeGpu)))} || !has(${amounts}.gpu)) && ${ifThere(`${amounts}.custom`, check(`${amounts}.custom`), "true")}`;
  const components = [
    ifThere(
      "c.podTemplate",
      ifThere("c.podTemplate.spec", everyContainer("c.podTemplate.spec", check), "true"),
      "true",
    ),
    everyAmount("c", alpha),
    ifThere(
      "c.extraPodSpec",
      `(${everyContainer("c.extraPodSpec", check)} && ${ifThere("c.extraPodSpec.mainContainer", everyAmount("c.extraPodSpec.mainContainer", check), "true")})`,
      "true",
    ),
    ifThere("c.frontendSidecar", everyAmount("c.frontendSidecar", check), "true"),
  ].join(" && ");
  const ofClass = (request: string) =>
    ifThere(
      `${request}.deviceClassName`,
      `(!(${gpuInCel.class(`${request}.deviceClassName`)}) || ${request}.deviceClassName in ${kinds})`,
      "true",
    );
  const requests = `variables.claim.devices.requests.all(r, ${ofClass("r")} && ${ifThere("r.exactly", ofClass("r.exactly"), "true")} && ${ifThere("r.firstAvailable", `r.firstAvailable.all(s, ${ofClass("s")})`, "true")})`;
  const claims = ifThere(
    "variables.claim.devices",
    ifThere("variables.claim.devices.requests", requests, "true"),
    "true",
  );
  return `variables.isClaim ? ${claims} : (variables.isGraph ? variables.components.all(c, ${components}) : ${everyContainer("variables.pod", check)})`;
}

const isOf = (...kinds: readonly string[]) =>
  `object.kind in [${kinds.map((kind) => `'${kind}'`).join(", ")}]`;
const template = (path: string) =>
  ifThere(`${path}.template`, ifThere(`${path}.template.spec`, `${path}.template.spec`, "{}"), "{}");

/** What validations read: GPUs of each pod and component of the object, `perPod` and `perComponent`, the greatest of each, and their `total`. */
export const variables = Object.entries({
  ...gpuInCel.variables,
  isGraph: isOf("DynamoGraphDeployment", "DynamoComponentDeployment"),
  isClaim: isOf("ResourceClaim", "ResourceClaimTemplate"),
  components: `!has(object.spec) || dyn(object.spec) == null ? [] : object.kind == 'DynamoComponentDeployment' ? [object.spec] : object.kind == 'DynamoGraphDeployment' ? ${ifThere("object.spec.services", "object.spec.services.map(k, object.spec.services[k])", "[]")} + ${ifThere("object.spec.components", "object.spec.components", "[]")} : []`,
  claim: "object.kind == 'ResourceClaimTemplate' ? object.spec.spec : object.spec",
  pod: `object.kind == 'Pod' ? object.spec : object.kind == 'CronJob' ? ${template("object.spec.jobTemplate.spec")} : ${template("object.spec")}`,
  pods: `${ifThere("object.spec.replicas", "int(object.spec.replicas)", ifThere("object.spec.parallelism", "int(object.spec.parallelism)", "1"))}`,
  perPod: `[0] + (variables.isGraph ? variables.components.map(c, ${ofComponent}) : [variables.isClaim ? ${ofClaim} : ${ofPod("variables.pod")}])`,
  perComponent: `[0] + (variables.isGraph ? variables.components.map(c, (${ofComponent}) * ${podsOfComponent}) : [variables.perPod.max() * variables.pods])`,
  largestPod: "variables.perPod.max()",
  largestComponent: "variables.perComponent.max()",
  total: "variables.perComponent.sum()",
}).map(([name, expression]) => ({ name, expression }));
