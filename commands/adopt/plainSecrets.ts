/** Graphs with secrets in them, which nothing of an adoption may show or write. */
import { type Manifest, nameOf } from "../../gpus/manifest";
import { UserError } from "../cli/userError";
import { withoutSecrets } from "../import/objects";

/** @throws UserError where a graph has one: no stack's file takes it, and a graph that reads it from elsewhere has other pods */
export function refusePlainSecrets(graph: Manifest): void {
  const secrets: string[] = [];
  withoutSecrets(graph, secrets);
  if (secrets.length > 0)
    throw new UserError(
      `${nameOf(graph)} has a secret as plain text, which no stack's file takes: have the graph read ${secrets.join(", ")} first, by which its pods start anew`,
    );
}
