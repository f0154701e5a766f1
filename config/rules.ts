/** Rules that look at more than one setting. Each says what was found, and what to write instead. */
import type { ExternalEtcd } from "./discovery";
import { encryption } from "./encryption";
import { checkEncryption } from "./encryptionRules";
import { checkGraphs } from "./graphRules";
import { checkTransforms } from "./objectTransform";
import { checkPlatform } from "./platformRules";
import type { IsSound, ReportMistake } from "./report";
import { firstReleaseThat } from "./runtime/releases";
import { type Runtime, runtimeOf } from "./runtime/runtime";
import { refusedVersion } from "./runtime/versions";
import type { StackSettings } from "./schema";
import { defaultQuota, gibibyte, toBytes, toMebibytes } from "./sizes";

/** zod's context of a refinement: the mistakes so far, and a function to add more. */
interface Review {
  readonly issues: readonly { readonly code: string; readonly path?: PropertyKey[] | undefined }[];
  addIssue(issue: { code: "custom"; path: PropertyKey[]; message: string }): void;
}

const noEncryption = encryption.parse({});

/** Applies every rule to the parts whose shape is sound, so that all mistakes are reported at once. */
export function checkStack(settings: StackSettings, review: Review): void {
  const isSound = soundnessOf(
    review.issues.filter(({ code }) => code !== "unrecognized_keys").map(({ path = [] }) => path),
  );
  // Names of graphs go by it, whatever else is looked at.
  const config = isSound("encryption") ? settings : { ...settings, encryption: noEncryption };
  const report: ReportMistake = (path, message) =>
    review.addIssue({ code: "custom", path: [...path], message });

  if (isSound("runtime", "version")) checkVersion(config, report);
  const isDecided =
    isSound("runtime", "version") && isSound("discovery", "mode") && isSound("platform", "apiVersion");
  const runtime = isDecided ? runtimeOf(config) : undefined;
  if (runtime) {
    checkMode(runtime, report);
    checkApiVersion(runtime, report);
    if (isSound("encryption") && isSound("discovery")) checkEncryption(config, runtime, report);
    if (isSound("platform")) checkPlatform(config, runtime, isSound, report);
  }
  if (isSound("discovery")) {
    checkEtcd(config, report);
    checkClients(config, report);
  }
  if (isSound("namespace", "name")) checkNamespace(config, report);
  checkGraphs(config, runtime, isSound, report);
  checkTransforms(config, isSound, report);
}

interface Wrong {
  /** Whether all that is here is wrong, or only parts of it. */
  isWhole: boolean;
  readonly parts: Map<PropertyKey, Wrong>;
}

/** What is sound where these paths are wrong: neither a part of what is wrong, nor with a part that is. */
function soundnessOf(paths: readonly (readonly PropertyKey[])[]): IsSound {
  const root: Wrong = { isWhole: false, parts: new Map() };
  for (const path of paths) {
    let place = root;
    for (const key of path) {
      const part: Wrong = place.parts.get(key) ?? { isWhole: false, parts: new Map() };
      place.parts.set(key, part);
      place = part;
    }
    place.isWhole = true;
  }
  return (...path) => {
    let place: Wrong | undefined = root;
    for (const key of path) {
      if (place.isWhole) return false;
      place = place.parts.get(key);
      if (place === undefined) return true;
    }
    return !place.isWhole && place.parts.size === 0;
  };
}

function checkVersion({ runtime }: StackSettings, report: ReportMistake): void {
  const refused = refusedVersion(runtime.version);
  if (refused !== undefined) report(["runtime", "version"], refused);
}

function checkMode({ mode, version, kubernetesDiscovery }: Runtime, report: ReportMistake): void {
  if (mode === "kubernetes" && !kubernetesDiscovery)
    report(
      ["discovery", "mode"],
      `"kubernetes" needs a runtime of ${firstReleaseThat((release) => release.kubernetesDiscovery)} or newer, found ${version}, which always connects to NATS: ` +
        `write mode: nats-etcd, or raise dynamo:runtime.version`,
    );
}

function checkApiVersion({ version, apiVersion, apiVersions }: Runtime, report: ReportMistake): void {
  if (!apiVersions.includes(apiVersion))
    report(
      ["platform", "apiVersion"],
      `"${apiVersion}" needs a runtime of ${firstReleaseThat((release) => release.apiVersions.includes(apiVersion))} or newer, found ${version}: write ${apiVersions.join(" or ")}, or raise dynamo:runtime.version`,
    );
}

function checkEtcd({ discovery }: StackSettings, report: ReportMistake): void {
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

function checkClients({ discovery }: StackSettings, report: ReportMistake): void {
  if (discovery.mode !== "nats-etcd" || discovery.clientNamespaces === undefined) return;
  if (discovery.nats.external && discovery.etcd.external)
    report(
      ["discovery", "clientNamespaces"],
      "is for servers that the stack runs, and someone else runs both: remove it, and write it in the stack that does",
    );
}

/** Measured with runtimes 0.8.1 and 1.6.1: with a password they speak no TLS, and with TLS they send a certificate. */
function checkExternalEtcd({ endpoints, secret, certificate }: ExternalEtcd, report: ReportMistake): void {
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

function checkNamespace({ namespace }: StackSettings, report: ReportMistake): void {
  if (["nats-system", "etcd-system", "default", "kube-system"].includes(namespace.name))
    report(
      ["namespace", "name"],
      `"${namespace.name}" is not for graphs: give them a namespace of their own`,
    );
}
