/** Rules on the platform that a stack installs. */
import { own } from "./own";
import { contradictions, decidedValues } from "./platformValues";
import type { IsSound, ReportMistake } from "./report";
import { platformChartOf, refusedPlatform } from "./runtime/platformCharts";
import type { Runtime } from "./runtime/runtime";
import type { StackSettings } from "./schema";
import { secretsIn } from "./secretTexts";

/** Namespaces that no traffic reaches but that of their servers, or that are the cluster's own. */
const closed = ["nats-system", "etcd-system", "default", "kube-system"];

/** Checks that a stack can install its platform, and that its own values leave alone what is decided. */
export function checkPlatform(
  config: StackSettings,
  runtime: Runtime,
  isSound: IsSound,
  report: ReportMistake,
): void {
  const { install, namespace } = config.platform;
  if (install === undefined) return;
  if (closed.includes(namespace))
    report(["platform", "namespace"], `"${namespace}" is not for a platform: give it a namespace of its own`);
  const version = install.version ?? runtime.version;
  const refused = refusedPlatform(version, runtime, install.version !== undefined);
  if (refused !== undefined) {
    report(["platform", "install", ...(install.version === undefined ? [] : ["version"])], refused);
    return;
  }
  const chart = platformChartOf(version);
  if (chart === undefined || !isSound("images") || !isSound("monitoring")) return;
  for (const key of Object.keys(install.values).filter((one) => one.includes(".")))
    report(
      ["platform", "install", "values", key],
      "is one name to Helm, and no path: write a level of its own for each part",
    );
  for (const { path } of secretsIn(install.values))
    report(
      ["platform", "install", "values", ...path],
      "is a secret in plain text: name a Secret of the platform's namespace in the value that the chart has for that, and revoke this one",
    );
  for (const { path, value } of contradictions(install.values, decidedValues(config, chart)))
    report(
      ["platform", "install", "values", ...path.split(".")],
      `is decided by the program, as ${JSON.stringify(value)}: take it out of the values${own(remedies, path) ?? ""}`,
    );
}

const operator = "dynamo-operator";

/** Settings by which a decided value is another. */
const remedies: Readonly<Record<string, string>> = {
  "global.grove.enabled": ", and write dynamo:platform.orchestrator: grove where graphs are to use it",
  "global.grove.install": ", or write dynamo:platform.orchestrator: grove",
  [`${operator}.kubernetesClusterDomain`]: ", and write dynamo:platform.clusterDomain",
  [`${operator}.controllerManager.manager.image.repository`]: ", and write dynamo:runtime.registry",
  [`${operator}.controllerManager.manager.image.tag`]: ", and write dynamo:platform.install.version",
  [`${operator}.imagePullSecrets`]: ", and write dynamo:images.pullSecrets",
  [`${operator}.dynamo.metrics.podMonitors.enabled`]: ", and write dynamo:monitoring.podMonitors",
  [`${operator}.dynamo.metrics.podMonitors.labels`]: ", and write dynamo:monitoring.release",
};
