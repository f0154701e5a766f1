/** Rules that look at more than one setting. Each says what was found, and what to write instead. */
import type { ExternalEtcd } from "./discovery";
import { checkGraphs } from "./graphRules";
import type { IsSound, Report } from "./report";
import type { StackConfig } from "./schema";
import { defaultQuota, gibibyte, toBytes, toMebibytes } from "./sizes";
import { isSince, runtimeLine, supportedVersions } from "./versions";

/** What zod gives a refinement: the mistakes so far, and where to add more. */
interface Review {
  readonly issues: readonly { readonly code: string; readonly path?: PropertyKey[] | undefined }[];
  addIssue(issue: { code: "custom"; path: PropertyKey[]; message: string }): void;
}

/** Applies every rule to the parts whose shape is sound, so that all mistakes are reported at once. */
export function checkStack(config: StackConfig, review: Review): void {
  const wrong = review.issues
    .filter((issue) => issue.code !== "unrecognized_keys")
    .map((issue) => issue.path ?? []);
  const isSound: IsSound = (...path) =>
    !wrong.some((issue) => issue.every((key, i) => i >= path.length || key === path[i]));
  const report: Report = (path, message) => review.addIssue({ code: "custom", path: [...path], message });

  if (isSound("runtime", "version")) {
    checkVersion(config, report);
    if (isSound("discovery", "mode")) checkMode(config, report);
    if (isSound("platform", "apiVersion")) checkApiVersion(config, report);
  }
  if (isSound("discovery")) checkEtcd(config, report);
  if (isSound("namespace", "name")) checkNamespace(config, report);
  checkGraphs(config, isSound, report);
}

function checkVersion({ runtime }: StackConfig, report: Report): void {
  if (runtimeLine(runtime.version) === undefined)
    report(
      ["runtime", "version"],
      `"${runtime.version}" is not known: write a version of ${supportedVersions}`,
    );
}

function checkMode({ runtime, discovery }: StackConfig, report: Report): void {
  if (discovery.mode === "kubernetes" && runtimeLine(runtime.version) === "0.7")
    report(
      ["discovery", "mode"],
      `"kubernetes" needs a runtime of 0.8 or newer, found ${runtime.version}, which always connects to NATS: ` +
        `write mode: nats-etcd, or raise dynamo:runtime.version`,
    );
}

function checkApiVersion({ runtime, platform }: StackConfig, report: Report): void {
  const line = runtimeLine(runtime.version);
  if (platform.apiVersion === "v1beta1" && line !== undefined && !isSince(line, "1.3"))
    report(
      ["platform", "apiVersion"],
      `"v1beta1" needs a runtime of 1.3 or newer, found ${runtime.version}: write v1alpha1, or raise dynamo:runtime.version`,
    );
}

function checkEtcd({ discovery }: StackConfig, report: Report): void {
  if (discovery.mode !== "nats-etcd") return;
  if (discovery.etcd.external) {
    checkExternalEtcd(discovery.etcd, report);
    return;
  }
  const { storage, quota = defaultQuota(storage), snapshots } = discovery.etcd;
  const path = ["discovery", "etcd"];
  if (toBytes(storage) < gibibyte) {
    report(
      [...path, "storage"],
      `must be at least 1Gi, found ${storage}: a new etcd takes 123 MB before the first key`,
    );
    return;
  }
  if (toBytes(quota) > toBytes(storage) / 2)
    report(
      [...path, "quota"],
      `must be at most half of etcd.storage (${storage}), found ${quota}: a full volume stops etcd before the ` +
        `quota's alarm; write ${defaultQuota(storage)}, or raise etcd.storage`,
    );
  if (snapshots?.storage !== undefined && toBytes(snapshots.storage) < 2 * toBytes(quota))
    report(
      [...path, "snapshots", "storage"],
      `must hold two snapshots, each up to the quota (${quota}), found ${snapshots.storage}: a new one is written ` +
        `before the oldest goes; leave it out, or write at least ${toMebibytes(2 * toBytes(quota))}`,
    );
}

/** Measured with runtimes 0.8.1 and 1.6.1: with a password they speak no TLS, and with TLS they send a certificate. */
function checkExternalEtcd({ endpoints, secret, certificate }: ExternalEtcd, report: Report): void {
  const path = ["discovery", "etcd"];
  if (secret !== undefined && certificate !== undefined)
    report(
      [...path, "certificate"],
      "and etcd.secret exclude each other: the runtime sends a password or a certificate; remove one",
    );
  const wanted = certificate === undefined ? "http" : "https";
  for (const [i, endpoint] of endpoints.entries())
    if (!endpoint.startsWith(`${wanted}://`))
      report(
        [...path, "endpoints", i],
        `must begin with ${wanted}://, found ${endpoint}: the runtime speaks TLS with a certificate of its own, and only then; ` +
          (certificate === undefined ? "name its Secret as etcd.certificate" : "remove etcd.certificate"),
      );
}

function checkNamespace({ namespace }: StackConfig, report: Report): void {
  if (["nats-system", "etcd-system", "default", "kube-system"].includes(namespace.name))
    report(
      ["namespace", "name"],
      `"${namespace.name}" is not for graphs: give them a namespace of their own`,
    );
}
