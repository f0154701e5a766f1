/** kwokctl, which starts the components of a control plane as processes of this machine. */
import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./freePort";
import type { Tools } from "./tools";

/** Name of the cluster, as kwokctl has it. */
export const cluster = "rehearsal";

type Kwokctl = (...args: string[]) => Promise<unknown>;

interface KwokctlOptions {
  readonly signal?: AbortSignal;
  /** Address of the servers of kubelets. @default those of kwok itself */
  readonly kubelet?: string;
}

/** The command in a control plane's directory, which it puts all of its own in. */
export async function prepareKwokctl(
  tools: Tools,
  directory: string,
  { signal, kubelet }: KwokctlOptions,
): Promise<Kwokctl> {
  const configuration = join(directory, "kwokctl.json");
  await writeFile(configuration, JSON.stringify(await kwokctlConfiguration(tools, kubelet)));
  const path = join(directory, "path");
  await mkdir(path);
  await symlink(tools.kwokctl, join(path, "kwokctl"));
  // kwokctl asks kubectl whether the API server answers, and downloads one that it does not find. This one says yes
  // to everything, since the program waits by itself.
  await writeFile(join(path, "kubectl"), "#!/bin/sh\n", { mode: 0o700 });
  const env = { HOME: directory, PATH: path, KWOK_WORKDIR: directory };
  return (...args) =>
    promisify(execFile)(join(path, "kwokctl"), ["--config", configuration, "--name", cluster, ...args], {
      env,
      signal,
    });
}

/** kwokctl's options for what its components listen on. */
const portOptions = [
  "etcdPort",
  "etcdPeerPort",
  "kubeApiserverPort",
  "kubeControllerManagerPort",
  "kubeSchedulerPort",
  "kwokControllerPort",
];

async function kwokctlConfiguration(tools: Tools, kubelet?: string): Promise<object> {
  const ports: Record<string, number> = {};
  for (const option of portOptions) ports[option] = await freePort();
  const patch = (name: string, flags: Record<string, string>) => ({
    name,
    extraArgs: Object.entries(flags).map(([key, value]) => ({ key, value })),
  });
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      etcdBinary: tools.etcd,
      kubeApiserverBinary: tools.kubeApiserver,
      kubeControllerManagerBinary: tools.kubeControllerManager,
      kubeSchedulerBinary: tools.kubeScheduler,
      kwokControllerBinary: tools.kwok,
      ...ports,
      disableQPSLimits: true,
      ...(kubelet && { enableCRDs: ["PortForward"] }),
    },
    componentsPatches: [
      patch("etcd", { "unsafe-no-fsync": "true" }),
      patch("kube-apiserver", {
        // Without it the API server looks for a network interface to advertise, and ends on a machine that has none.
        "advertise-address": "192.0.2.1",
        "service-cluster-ip-range": "10.96.0.0/16",
        ...(kubelet && { "kubelet-preferred-address-types": "InternalIP" }),
      }),
      patch("kube-controller-manager", { "enable-hostpath-provisioner": "true", "leader-elect": "false" }),
      patch("kube-scheduler", { "leader-elect": "false" }),
      ...(kubelet
        ? [
            patch("kwok-controller", {
              "server-address": `${kubelet}:${ports.kwokControllerPort}`,
              // It is asked of nodes too, and every node has this label.
              "disregard-status-with-label-selector": "!kubernetes.io/hostname",
            }),
          ]
        : []),
    ],
  };
}
