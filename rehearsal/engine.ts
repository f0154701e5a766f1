/** The real Pulumi engine on a rehearsal's control plane, with a state of its own that goes when it ends. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { LocalWorkspace, type Stack as PulumiStack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { projectDir, type Stack } from "../config/project";
import program from "../index";
import { cacheDirectory } from "./cacheDirectory";
import { plugins } from "./plugins";
import { providePolicyHost } from "./policyHost";
import type { Tools } from "./tools";

interface EngineOptions {
  readonly tools: Tools;
  readonly kubeconfig: string;
  readonly stack: Stack;
  readonly signal?: AbortSignal;
  readonly report?: (line: string) => void;
}

export interface PulumiEngine {
  /** Pulumi's Automation API for the stack. */
  readonly stack: PulumiStack;
  /** Plugins and hosts that are stand-ins; none where Pulumi has or can install the official ones. */
  readonly standIns: readonly string[];
  /** Variables by which a shell reaches the cluster and the stack, as `export` takes them. */
  readonly exports: readonly string[];
  /** Changes values of the stack's config, by full key: `dynamo:graphs`. */
  configure(values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Forgets the state, and ends the stand-ins. It does not destroy what was made. */
  stop(): Promise<void>;
}

/**
 * An engine for a stack, with the config of its file. Secrets are not decrypted: each is a placeholder.
 * The program runs in this process, so no language host is needed.
 */
export async function startEngine({
  tools,
  kubeconfig,
  stack,
  signal,
  report,
}: EngineOptions): Promise<PulumiEngine> {
  signal?.throwIfAborted();
  const workDir = await mkdtemp(join(tmpdir(), "dynamo-engine-"));
  // The Automation API looks for the CLI there, and stand-ins, which run in this process, for the cluster.
  process.env.KUBECONFIG = kubeconfig;
  const isOnPath = process.env.PATH?.split(delimiter).includes(dirname(tools.pulumi));
  process.env.PATH = [dirname(tools.pulumi), process.env.PATH].join(delimiter);
  const pulumiHome = join(cacheDirectory(), "pulumi-home");
  const { debugProviders, standIns, stop } = await plugins(tools.pulumi, pulumiHome, report);
  // Attributes of the state's file would be in one of their own, which an engine that is killed may leave empty: none
  // reads the state then.
  const backend = `file://${workDir}?metadata=skip`;
  const state = { PULUMI_BACKEND_URL: backend, PULUMI_CONFIG_PASSPHRASE: "" };
  const stopAll = async () => {
    await stop();
    await rm(workDir, { recursive: true, force: true });
  };
  try {
    const policyHost = await providePolicyHost(pulumiHome);
    // The program runs in this process, and its file is not there.
    const { main: _, ...project } = parse(await readFile(join(projectDir, "Pulumi.yaml"), "utf8"));
    await writeFile(join(workDir, "Pulumi.yaml"), stringify(project));
    const configFile = join(workDir, `Pulumi.${stack.name}.yaml`);
    await writeFile(configFile, JSON.stringify({ config: plainConfig(stack, standIns.length > 0) })); // where a text stays a text: "1_000"
    const pulumiStack = await LocalWorkspace.createOrSelectStack(
      { projectName: stack.project, stackName: stack.name, program: async () => program() },
      {
        workDir,
        pulumiHome,
        envVars: {
          KUBECONFIG: kubeconfig,
          ...state,
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DEBUG_PROVIDERS: debugProviders,
        },
      },
    );
    for (const key of stack.secretKeys)
      await pulumiStack.setConfig(key, { value: stack.config[key] ?? "", secret: true });
    const configure = async (values: Readonly<Record<string, unknown>>) => {
      const file = parse(await readFile(configFile, "utf8"));
      const config = ofRehearsal({ ...file.config, ...values }, standIns.length > 0);
      await writeFile(configFile, stringify({ ...file, config }));
    };
    const exports = [
      ...Object.entries({ KUBECONFIG: kubeconfig, ...state }).map(([name, value]) => `${name}=${value}`),
      ...(isOnPath ? [] : [`PATH="$PATH${delimiter}${dirname(tools.pulumi)}"`]),
    ];
    return { stack: pulumiStack, standIns: [...standIns, ...policyHost], exports, configure, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The stack's values, but for its secrets. */
function plainConfig({ config, secretKeys }: Stack, notesReleases: boolean): Record<string, unknown> {
  const values = Object.entries(config)
    .filter(([key, text]) => !secretKeys.includes(key) && text !== "")
    .map(([key, text]) => [key, /^[[{]/.test(text) ? JSON.parse(text) : text]);
  return ofRehearsal(Object.fromEntries(values), notesReleases);
}

/**
 * Values but for the context of a kubeconfig that is not a rehearsal's.
 * @param notesReleases whether the plugins note Helm releases. The official ones would fetch the platform's chart, and install it
 *   beside the rehearsal's own operator
 */
function ofRehearsal(
  values: Readonly<Record<string, unknown>>,
  notesReleases: boolean,
): Record<string, unknown> {
  const { context: _, ...cluster } = (values["dynamo:cluster"] ?? {}) as Record<string, unknown>;
  const { install, ...platform } = (values["dynamo:platform"] ?? {}) as Record<string, unknown>;
  return {
    ...values,
    "dynamo:cluster": cluster,
    "dynamo:platform": { ...platform, ...(notesReleases && install !== undefined && { install }) },
  };
}
