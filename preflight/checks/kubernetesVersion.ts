import type { Release } from "../../config/runtime/release";
import { check, type Finding } from "../finding";
import type { Needs } from "../needs";
import { providerOf } from "../provider";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether Kubernetes is as new as the platform of the runtime's release needs it. */
export function kubernetesVersion({ config: { runtime } }: Needs, cluster: Snapshot): Finding[] {
  return [kubernetesFor(runtime, cluster)];
}

/** Whether it is as new as the platform of a release needs it. */
export function kubernetesFor(
  { kubernetes: wanted, releaseLine }: Pick<Release, "kubernetes" | "releaseLine">,
  cluster: Snapshot,
): Finding {
  const { passed, failed, unknown } = check("Kubernetes", "version");
  const { kubernetes } = cluster;
  if (isUnread(kubernetes)) return unknown(kubernetes.unread);
  const found = [kubernetes.gitVersion, providerOf(cluster)].filter(Boolean).join(", ");
  const version = /^v?(\d+)\.(\d+)/.exec(kubernetes.gitVersion);
  if (version === null) return unknown(`${found} is no version`);
  const [major = 0, minor = 0] = version.slice(1).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return passed(found);
  return failed(
    `${found}, and the platform of ${releaseLine} runs on ${wanted} and newer`,
    `upgrade Kubernetes to ${wanted}, or choose an older release (dynamo:runtime.version)`,
  );
}
