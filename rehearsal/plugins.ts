/** The Pulumi plugins of a rehearsal: the official ones where they can be had, else stand-ins. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { onPath } from "./onPath";
import { serveProviders } from "./providers/server";

interface Plugins {
  /** Value of PULUMI_DEBUG_PROVIDERS; empty for the official plugins. */
  readonly debugProviders: string;
  readonly standIns: readonly string[];
  stop(): Promise<void>;
}

/** Packages whose plugins the program uses. */
const packages = ["kubernetes", "random"];

/** Time that a machine without access to the plugins may take to say so, in ms. */
const installTimeout = 120_000;

/**
 * Finds the plugins on PATH or has Pulumi install them, and serves stand-ins where neither works. Both come as a whole
 * or not at all.
 */
export async function plugins(
  pulumi: string,
  pulumiHome: string,
  report?: (line: string) => void,
): Promise<Plugins> {
  report?.("looking for the official plugins");
  hasOfficial ??= installAll(pulumi, pulumiHome);
  if (await hasOfficial) return { debugProviders: "", standIns: [], stop: async () => {} };
  return { ...(await serveProviders()), standIns: packages.map((name) => `${name} plugin`) };
}

/** Once known: it may take long to say, and does not change while a process runs. */
let hasOfficial: Promise<boolean> | undefined;

/** Whether all are there then. */
async function installAll(pulumi: string, pulumiHome: string): Promise<boolean> {
  try {
    for (const name of packages)
      if (!onPath(`pulumi-resource-${name}`)) await install(pulumi, pulumiHome, name);
    return true;
  } catch {
    return false;
  }
}

async function install(pulumi: string, pulumiHome: string, name: string): Promise<void> {
  const args = ["plugin", "install", "resource", name, versionOf(name)];
  const env = { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  await promisify(execFile)(pulumi, args, { env, timeout: installTimeout });
}

/** The plugin's version is its SDK's. */
function versionOf(name: string): string {
  return JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")).version;
}
