/** Runs the program in this process, on Pulumi's own mock monitor: no CLI, no cluster, no credentials. */
import { setFlagsFromString } from "node:v8";
import * as pulumi from "@pulumi/pulumi";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Audience } from "../../components/audience";
import type { Stack } from "../../config/project";
import program from "../../index";
import type { ChangeInPlace } from "../../plan/changesInPlace";
import type { DeployedGraphs, SwitchoverPlan } from "../../plan/switchover";

/** A resource as the program registers it, before any provider has seen it. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** Whether a provider makes it; components are only there for order. */
  readonly custom: boolean;
  /** Inputs with sorted keys and without secrets. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Everything that the program asks the engine for, and what it says meanwhile. */
export interface DryRun {
  /** Sorted by URN. */
  readonly resources: readonly PlannedResource[];
  readonly warnings: readonly string[];
  /** What must be there, which the plan can't see. */
  readonly requirements: readonly string[];
  /** Reasons why `pulumi up` would make none of it. */
  readonly refusals: readonly string[];
  readonly switchover: SwitchoverPlan | undefined;
  readonly changesInPlace: readonly ChangeInPlace[];
  readonly outputs: pulumi.Unwrap<Awaited<ReturnType<typeof program>>>;
}

/**
 * Resources that `pulumi up` would ask the engine for. One run for each process: the runtime's state is global.
 * @param deployed graphs that the stack has now.
 * @throws pulumi.RunError if the config can't be used.
 */
export async function dryRun(stack: Stack, deployed: DeployedGraphs): Promise<DryRun> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, type }) => ({ id: name, state: stateOf(type) }),
      call: ({ token }) =>
        token === "pulumi:pulumi:readStackOutputs" ? { outputs: { graphs: deployed } } : {},
    },
    stack.project,
    stack.name,
    false,
    stack.organization ?? "organization",
  );
  // Pulumi notes a stack trace with every promise, to debug programs that hang. It costs two fifths of the time.
  // Whoever wants the trace of an error sets another limit: NODE_OPTIONS=--stack-trace-limit=50.
  if (Error.stackTraceLimit === 10) Error.stackTraceLimit = 0;
  Object.assign(pulumi.Resource, { stackTrace: () => [] }); // for the engine, which has a resource's line of code from it
  // A short run leaves nearly all that it used as garbage: to collect it earlier takes a twentieth longer and a sixth less memory.
  setFlagsFromString("--heap-growing-percent=50");
  pulumi.runtime.setAllConfig(stack.config, [...stack.secretKeys]);
  const resources = recordResources();
  const warnings: string[] = [];
  const requirements: string[] = [];
  const refusals: string[] = [];
  let switchover: SwitchoverPlan | undefined;
  let changesInPlace: readonly ChangeInPlace[] = [];
  const audience: Audience = {
    warn: (warning) => void warnings.push(warning),
    need: (requirement) => void requirements.push(requirement),
    refuse: (reason) => void refusals.push(...reason.split("\n")),
    inform: (plan) => {
      ({ switchover, changesInPlace } = plan);
    },
  };
  const outputs = await withPlainStructs(async () => {
    const made = await pulumi.runtime.runInPulumiStack(async () => program(audience));
    await pulumi.runtime.disconnect();
    return made as DryRun["outputs"];
  });
  return {
    resources: resources.sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    warnings,
    requirements,
    refusals,
    switchover,
    changesInPlace,
    outputs,
  };
}

/** Objects go to the monitor as they are. It is in this process, and the form in which they are sent takes a fifth of the time. */
async function withPlainStructs<T>(run: () => Promise<T>): Promise<T> {
  const { fromJavaScript } = Struct;
  Struct.fromJavaScript = (object) => Object.assign(new Struct(), { toJavaScript: () => object });
  return run().finally(() => {
    Struct.fromJavaScript = fromJavaScript;
  });
}

/** Outputs of a resource. A cluster's answers are not known. What is random is: some text, which is redacted where it is a secret. */
const stateOf = (type: string) => (/^random:.*:Random(Password|Uuid7)$/.test(type) ? { result: "" } : {});

/** The requests of the program, as the monitor gets them: only these have a resource's parent and its secrets. */
function recordResources(): PlannedResource[] {
  const resources: PlannedResource[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response)
        resources.push({
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          custom: request.getCustom(),
          inputs: sortAndRedact(request.getObject().toJavaScript()) as Record<string, unknown>,
        });
      callback(error, response);
    });
  return resources;
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): void;
}
type Callback = (error: unknown, response?: { getUrn(): string }) => void;
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): unknown };
}

const { specialSigKey, specialSecretSig } = pulumi.runtime;

/** Within a secret every leaf is secret; its keys are not. */
function sortAndRedact(value: unknown, secret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => sortAndRedact(item, secret));
  if (value === null || typeof value !== "object") return secret ? "[secret]" : value;
  const object = value as Record<string, unknown>;
  if (object[specialSigKey] === specialSecretSig) return sortAndRedact(object.value, true);
  const keys = Object.keys(object).sort();
  return Object.fromEntries(keys.map((key) => [key, sortAndRedact(object[key], secret)]));
}
