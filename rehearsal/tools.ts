import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectDir } from "../config/project";
import { cacheDirectory } from "./cacheDirectory";
import { type Build, goBuild, goVersion } from "./goBuild";
import { onPath } from "./onPath";

interface Program {
  readonly name: string;
  /** Folder under `modules/` whose go.mod pins the program. */
  readonly module: string;
  readonly package: string;
  /** The Go variable that the program states its version from; a build that leaves it alone states none. */
  readonly versionVariable?: string;
  /** Go build tag. */
  readonly tag?: string;
}

const kubernetes = (name: string): Program => ({
  name,
  module: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${name}`,
  versionVariable: "k8s.io/component-base/version.gitVersion",
});

/** Prometheus without its clients of clouds: it finds its targets by files. They are most of the build. */
const prometheus = (name: string): Program => ({
  name,
  module: "prometheus",
  package: `github.com/prometheus/prometheus/cmd/${name}`,
  tag: "remove_all_sd",
});

const programs = {
  etcd: { name: "etcd", module: "etcd", package: "go.etcd.io/etcd/server/v3" },
  etcdctl: { name: "etcdctl", module: "etcd", package: "go.etcd.io/etcd/etcdctl/v3" },
  etcdutl: { name: "etcdutl", module: "etcd", package: "go.etcd.io/etcd/etcdutl/v3" },
  actionlint: {
    name: "actionlint",
    module: "actionlint",
    package: "github.com/rhysd/actionlint/cmd/actionlint",
  },
  natsServer: { name: "nats-server", module: "nats", package: "github.com/nats-io/nats-server/v2" },
  natsExporter: {
    name: "prometheus-nats-exporter",
    module: "nats-exporter",
    package: "github.com/nats-io/prometheus-nats-exporter",
  },
  prometheus: prometheus("prometheus"),
  promtool: prometheus("promtool"),
  // In the module of the control plane, whose packages they share: Go compiles them once for all.
  kwok: { name: "kwok", module: "kubernetes", package: "sigs.k8s.io/kwok/cmd/kwok" },
  kwokctl: { name: "kwokctl", module: "kubernetes", package: "sigs.k8s.io/kwok/cmd/kwokctl" },
  kubeApiserver: kubernetes("kube-apiserver"),
  kubeControllerManager: kubernetes("kube-controller-manager"),
  kubeScheduler: kubernetes("kube-scheduler"),
  kubectl: kubernetes("kubectl"),
  pulumi: {
    name: "pulumi",
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
  },
  pulumiYaml: {
    name: "pulumi-language-yaml",
    module: "pulumi-yaml",
    package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    versionVariable: "github.com/pulumi/pulumi-yaml/pkg/version.Version",
  },
} satisfies Record<string, Program>;

export type Tool = keyof typeof programs;

/** All programs of rehearsals and tests: a bench alone runs kubectl. */
export const allTools = (Object.keys(programs) as Tool[]).filter((name) => name !== "kubectl");

/** Programs of the control plane and of the engine. */
export const rehearsalTools = [
  "etcd",
  "kwok",
  "kwokctl",
  "kubeApiserver",
  "kubeControllerManager",
  "kubeScheduler",
  "pulumi",
] as const satisfies Tool[];

/** Variable that names the folder of programs of a packed rehearsal. */
export const packedPrograms = "DYNAMO_REHEARSAL_PROGRAMS";

/** Programs of servers that pods of a rehearsal run. */
export const serverTools = [
  "natsServer",
  "natsExporter",
  "etcd",
  "etcdctl",
  "etcdutl",
] as const satisfies Tool[];

/** Absolute paths of programs; unless others are named, of those that a rehearsal runs. */
export type Tools<Name extends Tool = (typeof rehearsalTools)[number]> = Readonly<Record<Name, string>>;

/**
 * The programs that are named, each built once from the Go module that pins it and kept in
 * `$XDG_CACHE_HOME/dynamo-rehearsal` (`~/.cache` by default; about 1 GB, safe to delete). The Pulumi CLI is the one
 * on PATH where that has error hooks (3.218 and newer). `report` hears what is being built, first after two seconds.
 *
 * Those that the folder {@link packedPrograms} has are taken from there, and no Go is asked for.
 *
 * @throws Error where Go 1.26 is missing or a build fails; the signal's reason where it is aborted
 */
export async function buildTools<Name extends Tool>(
  names: readonly Name[],
  options: { report?: (line: string) => void; signal?: AbortSignal } = {},
): Promise<Tools<Name>> {
  const { report, signal } = options;
  signal?.throwIfAborted();
  const tools = packedTools(names);
  if (names.every((name) => tools[name])) return tools as Tools<Name>;
  const go = await goVersion(directoryOf("etcd"));
  const missing: (Build & { name: string })[] = [];
  for (const tool of names) {
    if (tools[tool]) continue;
    if (tool === "pulumi") tools.pulumi = await pulumiOnPath();
    if (tools[tool]) continue;
    const build = await buildOf(programs[tool], go);
    tools[tool] = build.binary;
    if (!existsSync(build.binary)) missing.push({ ...build, name: programs[tool].name });
  }
  for (const [index, build] of missing.entries()) {
    const done = reportElapsed(`building ${build.name} (${index + 1} of ${missing.length})`, report);
    await goBuild(build, signal).finally(done);
  }
  return tools as Tools<Name>;
}

function packedTools(names: readonly Tool[]): Partial<Record<Tool, string>> {
  const folder = process.env[packedPrograms];
  if (!folder) return {};
  const paths = names.map((tool): [Tool, string] => [tool, join(folder, programs[tool].name)]);
  return Object.fromEntries(paths.filter(([, path]) => existsSync(path)));
}

function directoryOf(module: string): string {
  return join(projectDir, "rehearsal/modules", module);
}

/** The build of a program, to a path that names all that the binary depends on. */
async function buildOf(program: Program, go: string): Promise<Build> {
  const directory = directoryOf(program.module);
  const [goMod, goSum] = await Promise.all(
    ["go.mod", "go.sum"].map((file) => readFile(join(directory, file), "utf8")),
  );
  const flags = ["-trimpath", ...withoutDebugger, ...tagFlags(program), linkerFlags(program, goMod ?? "")];
  const hash = createHash("sha256")
    .update(JSON.stringify([goMod, goSum, go, flags]))
    .digest("hex");
  const binary = join(cacheDirectory(), `${program.module}-${hash.slice(0, 16)}`, program.name);
  return { directory, package: program.package, flags, binary };
}

/** What debuggers read is a fifth of a build. Stack traces have their lines without it. */
const withoutDebugger = ["-gcflags=all=-dwarf=false"];

function tagFlags({ tag }: Program): string[] {
  return tag === undefined ? [] : [`-tags=${tag}`];
}

/** Has the program state the version that its go.mod requires, as an official build does. */
function linkerFlags({ package: path, versionVariable }: Program, goMod: string): string {
  if (!versionVariable) return "-ldflags=-w";
  const requirements = [...goMod.matchAll(/^\s+(\S+) (v\S+)/gm)];
  const version = requirements.find(([, module]) => path.startsWith(`${module}/`))?.[2];
  return `-ldflags=-w -X ${versionVariable}=${version}`;
}

async function pulumiOnPath(): Promise<string | undefined> {
  const path = onPath("pulumi");
  if (!path) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { stdout } = await promisify(execFile)(path, ["version"], { env }).catch(() => ({ stdout: "" }));
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(stdout) ?? [];
  return Number(major) === 3 && Number(minor) >= 218 ? path : undefined;
}

/** Reports how long something takes, after 2 s and then every 10 s, until the function that it returns is called. */
function reportElapsed(what: string, report?: (line: string) => void): () => void {
  const started = Date.now();
  const reportNow = () => report?.(`${what}, ${Math.round((Date.now() - started) / 1000)} s`);
  const first = setTimeout(reportNow, 2_000);
  const further = setInterval(reportNow, 10_000);
  return () => {
    clearTimeout(first);
    clearInterval(further);
  };
}
