/** Changes of the program's objects that its config asks for: each object gets them where it is made. */
import * as pulumi from "@pulumi/pulumi";
import { ObjectTransforms } from "../../plan/objectTransforms";

const programs = new WeakMap<object, ObjectTransforms>();

/** Has all objects that the program makes from now on changed so. */
export function transformObjects(items: ObjectTransforms["items"]): void {
  const monitor = pulumi.runtime.getMonitor();
  if (items.length > 0 && monitor !== undefined) programs.set(monitor, new ObjectTransforms(items));
}

/** An object's inputs with the changes that mean it. Of what is not known yet, such as the data of Secrets, none is. */
export function transformed<Inputs extends object>(inputs: Inputs): Inputs {
  const transforms = programs.get(pulumi.runtime.getMonitor() ?? {});
  if (transforms === undefined) return inputs;
  const isKnown = ([, value]: [string, unknown]) => !pulumi.Output.isInstance(value);
  const entries = Object.entries(inputs);
  const known = Object.fromEntries(entries.filter(isKnown));
  const changed = transforms.apply(known);
  if (changed === known) return inputs;
  return { ...Object.fromEntries(entries.filter((entry) => !isKnown(entry))), ...changed } as Inputs;
}
