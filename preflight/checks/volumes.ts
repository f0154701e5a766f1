import { some } from "../../config/printable";
import { at, list, text } from "../../gpus/manifest";
import { check, countOf, type Finding } from "../finding";
import { claimsOf, type Needs } from "../needs";
import { isUnread, type Snapshot } from "../snapshot";

/** Provisioners of disks, which one node mounts at a time. */
const disks =
  /^(ebs\.csi\.(aws\.com|eks\.amazonaws\.com)|(pd|hyperdisk)\.csi\.storage\.gke\.io|disk\.csi\.azure\.com|kubernetes\.io\/(aws-ebs|gce-pd|azure-disk|cinder)|rancher\.io\/local-path|topolvm\.io|local\.csi\.openebs\.io|openebs\.io\/local|cinder\.csi\.openstack\.org|csi\.vsphere\.vmware\.com|.*\.rbd\.csi\.ceph\.com|dobs\.csi\.digitalocean\.com|kubernetes\.io\/no-provisioner)$/;
/** Provisioners of file systems, which many nodes mount. */
const fileSystems =
  /^(efs\.csi\.aws\.com|fsx(\.openzfs)?\.csi\.aws\.com|filestore\.csi\.storage\.gke\.io|lustre\.csi\.storage\.gke\.io|gcsfuse\.csi\.storage\.gke\.io|file\.csi\.azure\.com|blob\.csi\.azure\.com|.*cephfs\.csi\.ceph\.com|nfs\.csi\.k8s\.io|.*nfs-?(subdir-external-)?provisioner.*|csi\.weka\.io|.*\.csi\.ibm\.com|csi\.trident\.netapp\.io|driver\.longhorn\.io|.*juicefs.*|beegfs\.csi\.netapp\.com|lustre\.csi\..*)$/;

const shared = ["ReadWriteMany", "ReadOnlyMany"];

/** Whether the claims of the plan find a StorageClass that makes what they ask for. */
export function volumes(needs: Needs, { storageClasses }: Snapshot): Finding[] {
  const claims = claimsOf(needs);
  if (claims.length === 0) return [];
  if (isUnread(storageClasses)) return [check("volumes", "StorageClasses").unknown(storageClasses.unread)];
  const names = some(storageClasses.map(({ metadata }) => metadata.name)) || "none";
  return claims.map(({ name, spec, count }) => {
    const { passed, failed, unknown } = check("volumes", name);
    const asked = text(at(spec, "storageClassName"));
    const key = "storageClass of that volume";
    const found = storageClasses.filter(({ metadata }) =>
      asked === ""
        ? metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true"
        : metadata.name === asked,
    );
    // Of several defaults Kubernetes takes the newest, whose name is not known here.
    const [storageClass] = found;
    if (storageClass === undefined)
      return asked === ""
        ? failed(
            `it names no StorageClass, and none is the default: it would wait for ever (there are ${names})`,
            `write ${key}, or make one the default`,
          )
        : failed(
            `there is no StorageClass ${asked}: it would wait for ever (there are ${names})`,
            `write another ${key}, or make it`,
          );
    const modes = list(at(spec, "accessModes")).map(text);
    const what = `${countOf(count, "claim")} of ${at(spec, "resources", "requests", "storage")} ${modes.join(", ")} by ${storageClass.metadata.name} (${storageClass.provisioner})`;
    if (!modes.some((mode) => shared.includes(mode)) || fileSystems.test(storageClass.provisioner))
      return passed(what);
    return disks.test(storageClass.provisioner)
      ? failed(
          `${what}: that makes disks, which one node mounts at a time`,
          `name a StorageClass of a file system, such as of EFS, Filestore, Azure Files, CephFS or NFS (${key})`,
        )
      : unknown(`${what}: whether many nodes can mount what that makes is not known`);
  });
}
