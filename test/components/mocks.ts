/** Programs on Pulumi's mocks. */
import * as pulumi from "@pulumi/pulumi";

export interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: {
    readonly metadata?: { readonly name: string; readonly namespace?: string; readonly labels: object };
    readonly [field: string]: unknown;
  };
}

/** What a program makes, by type and name. */
export async function run(program: () => unknown): Promise<Record<string, Made>> {
  const made: Made[] = [];
  const newResource = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
    made.push({ type, name, inputs });
    return { id: name, state: type.startsWith("random:") ? { result: "password" } : inputs };
  };
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "team", "dev");
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // Pulumi notes a stack trace with every promise, whose frames jest looks up in maps
  try {
    await pulumi.runtime.runInPulumiStack(async () => void (await program()));
    await pulumi.runtime.disconnect();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return Object.fromEntries(made.map((one) => [`${one.type}::${one.name}`, one]));
}

/** The value of an output. */
export const known = <T>(output: pulumi.Input<T>) =>
  new Promise<pulumi.Unwrap<T>>((resolve) => void pulumi.output(output).apply((value) => resolve(value)));
