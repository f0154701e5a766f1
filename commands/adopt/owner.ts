/** Whose a stack's objects are, before it has made any. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { parseForeignJson } from "../../config/printable";
import type { StackIdentity } from "../../config/project";
import { ownerOf } from "../../plan/owner";
import { UserError } from "../cli/userError";
import { readOutputs } from "../stack/deployedStack";

/** Longest wait for the CLI, in ms. */
const cliTimeout = 30_000;

/**
 * Value of the label of a stack's objects. A stack that was deployed tells it; of another it follows from the name, of which Pulumi
 * Cloud's organization is a part.
 * @param hasFile whether it may have been deployed
 * @throws UserError where the organization is needed, and not given
 */
export async function ownerOfStack(
  given: string,
  { project, organization, name }: StackIdentity,
  hasFile: boolean,
): Promise<string> {
  const outputs = hasFile ? await readOutputs(given).catch(() => ({})) : {};
  const { owner } = outputs as { readonly owner?: string };
  if (owner !== undefined) return owner;
  if (organization === undefined && (await hasOrganizations()))
    throw new UserError(
      `the stack's label has its organization in it: write --stack ORGANIZATION/${name}, as \`pulumi stack ls --all\` shows it`,
    );
  return ownerOf({ project, organization, stack: name });
}

const identity = z.object({ url: z.string() });

/** Whether Pulumi's backend has organizations: folders and buckets have none, nor has a CLI that is not logged in. */
async function hasOrganizations(): Promise<boolean> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return promisify(execFile)("pulumi", ["whoami", "--json", "--non-interactive"], {
    env,
    timeout: cliTimeout,
  }).then(
    ({ stdout }) => /^https?:/.test(identity.parse(parseForeignJson(stdout)).url),
    () => false,
  );
}
