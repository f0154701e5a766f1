/** Hooks as Pulumi's engine calls them, which the mocks of unit tests do not. */
import * as pulumi from "@pulumi/pulumi";
import * as resources from "@pulumi/pulumi/runtime/resource";
import { inStateOfItsOwn } from "../../pulumiState";

interface Engine {
  /** Resources of the state, by URN, as they were made. */
  readonly state?: Readonly<Record<string, object>>;
  /** Of the stack's last update. */
  readonly outputs?: object;
  readonly isPreview?: boolean;
}

/** Runs a part of a program of stack `dev` of project `dynamo`, as if by an engine that has its state. */
export function inEngine<T>(
  part: () => Promise<T>,
  { state = {}, outputs = {}, isPreview = false }: Engine = {},
): Promise<T> {
  return inStateOfItsOwn(async () => {
    const call = ({ token }: pulumi.runtime.MockCallArgs) =>
      token === "pulumi:pulumi:readStackResourceOutputs" ? { outputs: state } : { outputs };
    const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({ id: name, state: inputs });
    await pulumi.runtime.setMocks({ call, newResource }, "dynamo", "dev", isPreview, "team");
    const monitor = new Proxy(pulumi.runtime.getMonitor() as object, {
      has: (target, key) => key !== "mocks" && key in target, // by which the mocks are known
    });
    pulumi.runtime.setMockOptions(monitor, "dynamo", "dev", isPreview, "team");
    return part();
  });
}

/** Calls a hook, with what the engine hands over. */
export async function call(
  make: () => pulumi.ResourceHook,
  args: Partial<pulumi.ResourceHookArgs>,
): Promise<void> {
  const registered = jest.spyOn(resources, "registerResourceHook").mockResolvedValue(undefined);
  try {
    await make().callback(args as pulumi.ResourceHookArgs);
  } finally {
    registered.mockRestore();
  }
}

/** What is told while something runs, as lines of `warn: …`. */
export async function told(run: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const spies = (["error", "warn", "info"] as const).map((level) =>
    jest.spyOn(pulumi.log, level).mockImplementation(async (...[line]: readonly unknown[]) => {
      lines.push(`${level}: ${line}`);
    }),
  );
  try {
    await run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}
