/** Whose an object is. */
import { createHash } from "node:crypto";
import { at, list, record, text } from "../gpus/manifest";

/** Label of every object that a stack makes. It is this program's own, and no other tool writes it by itself. */
export const ownerLabel = "pulumi-dynamo/stack";

/** A stack by its full name, as `pulumi stack ls` gives it. */
export interface StackName {
  /** @default "organization", the only one of backends that have none */
  readonly organization?: string | undefined;
  readonly project: string;
  readonly stack: string;
}

/**
 * The label's value: the stack's name as far as a label takes it, and a digest by which no two full names share one.
 * @returns at most 63 characters
 */
export function ownerOf({ organization = "organization", project, stack }: StackName): string {
  const name = JSON.stringify([organization, project, stack]);
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${stack.slice(0, 46)}-${digest}`.replace(/^[^A-Za-z0-9]+/, "");
}

/** Who else keeps an object, by what it says itself: `Helm`, or the owner that the garbage collector knows. */
export function otherKeeper(object: unknown): string | undefined {
  const manager = text(at(object, "metadata", "labels", "app.kubernetes.io/managed-by"));
  if (manager !== "" && !/^pulumi$/i.test(manager)) return manager;
  const [owner] = list(at(object, "metadata", "ownerReferences"));
  return owner === undefined ? undefined : `${text(at(owner, "kind"))} ${text(at(owner, "name"))}`;
}

/**
 * Whether an update, or a person by `kubectl label`, has given an object to a stack, and nobody else keeps it: the stack
 * may take it up.
 */
export function isGivenTo(object: unknown, owner: string): boolean {
  return text(at(object, "metadata", "labels", ownerLabel)) === owner && otherKeeper(object) === undefined;
}

/**
 * Whether a stack has made an object: the label is there, and Pulumi has written it. A copy of a manifest, which another
 * tool applied under another name, has the label too. Only what a stack has made may be deleted by its label.
 */
export function isMadeBy(object: unknown, owner: string): boolean {
  return isGivenTo(object, owner) && list(at(object, "metadata", "managedFields")).some(wroteLabel);
}

/** Field managers of Pulumi's provider are `pulumi-kubernetes` and, of single resources, `pulumi-kubernetes-1a2b3c4d`. */
function wroteLabel(entry: unknown): boolean {
  const labels = record(at(entry, "fieldsV1", "f:metadata", "f:labels"));
  return text(at(entry, "manager")).startsWith("pulumi-") && `f:${ownerLabel}` in labels;
}
