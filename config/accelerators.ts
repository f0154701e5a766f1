/** The resources of a pod that are GPUs. */

/** Resource of a whole GPU, as Dynamo's operator and NVIDIA's device plugin name it. */
export const wholeGpu = "nvidia.com/gpu";

/** Extended resources that are network devices, of clouds and of RDMA, where their names say nothing else. */
const networkDevices =
  /^(networking\.gke\.io\.networks\/.*|vpc\.amazonaws\.com\/(efa|pod-eni)|(rdma|mellanox\.com|openshift\.io|intel\.com|nvidia\.com)\/(.*))$/;

/** Words of which device plugins make the names of network devices; those of the second list say nothing by themselves. */
const networkWords =
  "ib roce rdma hca mlx mlnx mellanox nic nics sriov sriovnic dpdknic mlxnics mlnxnics mellanoxnics netdevice netdev network hostdev efa connectx bluefield".split(
    " ",
  );
const otherWords =
  "a b c d e f g h x shared device devices resource resources vf vfs pf net gdr rail port eth cx bf numa node intel pool class".split(
    " ",
  );

/** Devices of a node that compute nothing, as the plugins of KubeVirt and others name them. */
const nodeDevices =
  /^(devices\.kubevirt\.io|smarter-devices|github\.com|squat\.ai)\/(kvm|fuse|tun|net_tun|vhost-net|vhost-vsock)$/;

/** Domain of the names by which pods may ask for the devices of any class of dynamic resource allocation. */
const claimedByClass = "deviceclass.resource.kubernetes.io";

/** Device classes of DRANET and of GKE, whose devices are network interfaces, and of NVIDIA's channels between nodes. */
const networkClasses =
  /^(dranet|rdma\.dranet\.net|netdev\.google\.com|mrdma\.google\.com|compute-domain-[a-z-]+\.nvidia\.com)$/;

/** Whether devices of a class count as GPUs. As with resources, all do that are not known to be others. */
export function isGpuClass(deviceClass: string): boolean {
  return !networkClasses.test(deviceClass);
}

/**
 * Whether a resource counts as a GPU. All extended resources do, but for those that are known to be none: device plugins rename GPUs as
 * they like (`nvidia.com/mig-1g.5gb`, `nvidia.com/gpu.shared`, `amd.com/gpu`), so that a list of GPUs is never complete.
 * A slice or a share counts as one GPU.
 */
export function isGpu(resource: string): boolean {
  const [domain, name] = resource.split("/", 2);
  if (domain === undefined || name === undefined) return false; // cpu, memory, hugepages-2Mi
  if (domain === claimedByClass) return true;
  if (domain === "kubernetes.io" || domain.endsWith(".kubernetes.io")) return false;
  return !nodeDevices.test(resource) && !isNetworkDevice(resource);
}

function isNetworkDevice(resource: string): boolean {
  const match = networkDevices.exec(resource);
  const name = match?.[4]?.toLowerCase();
  if (!match || name === undefined) return match !== null;
  const words = name.split(/[^a-z]+/).filter((word) => word !== "");
  return (
    words.some((word) => networkWords.includes(word)) &&
    words.every((word) => networkWords.includes(word) || otherWords.includes(word))
  );
}
