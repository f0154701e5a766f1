import { serversOf } from "../../config/discovery";
import type { Stack } from "../../config/project";
import { UserError } from "../cli/userError";
import { namespacesInState } from "../stack/deployedStack";

/**
 * The namespaces of NATS and etcd, where they outlive the stack. What an environment says of that only the state tells.
 * @throws UserError where the config says so and the state, by which Pulumi destroys, does not
 */
export async function keptNamespaces(
  given: string,
  { settings, environments }: Stack,
  yes = false,
): Promise<string[]> {
  const isInConfig = serversOf(settings.discovery)?.keepVolumes;
  if (!isInConfig && environments === undefined) return [];
  const isKept = await namespacesInState(given).catch((error) => {
    if (yes) throw error;
    return new Map<string, boolean>();
  });
  const all = ["nats-system", "etcd-system"];
  const lost = all.filter((name) => isKept.get(name) === false);
  if (isInConfig && yes && lost.length > 0)
    throw new UserError(
      `nothing was deleted: dynamo:discovery.keepVolumes is not deployed yet, and ${lost.join(" and ")} would go: run \`pulumi up --stack ${given}\` first, or take it out`,
    );
  return all.filter((name) => !lost.includes(name));
}
