/** The resources of a pod that are GPUs. */

/** Resource of a whole GPU, as Dynamo's operator and NVIDIA's device plugin name it. */
export const wholeGpu = "nvidia.com/gpu";

/** Extended resources that are no accelerators: network devices of clouds and of RDMA. */
const networkDevices = [
  "rdma/",
  "vpc.amazonaws.com/",
  "networking.gke.io.networks/",
  "mellanox.com/",
  "openshift.io/",
  "nvidia.com/hostdev",
  "nvidia.com/rdma",
  "nvidia.com/sriov",
];

/** Domain of the names by which pods may ask for the devices of any class of dynamic resource allocation. */
const claimedByClass = "deviceclass.resource.kubernetes.io";

/** Device classes of DRANET and of GKE, whose devices are network interfaces. */
const networkClasses = ["dranet", "rdma.dranet.net", "netdev.google.com", "mrdma.google.com"];

/** Whether devices of a class count as GPUs. As with resources, all do that are not known to be others. */
export function isGpuClass(deviceClass: string): boolean {
  return !networkClasses.includes(deviceClass);
}

/**
 * Whether a resource counts as a GPU. All extended resources do, but for network devices: device plugins rename GPUs as
 * they like (`nvidia.com/mig-1g.5gb`, `nvidia.com/gpu.shared`, `amd.com/gpu`), so that a list of GPUs is never complete.
 * A slice or a share counts as one GPU.
 */
export function isGpu(resource: string): boolean {
  const [domain, name] = resource.split("/", 2);
  if (domain === undefined || name === undefined) return false; // cpu, memory, hugepages-2Mi
  if (domain === claimedByClass) return true;
  if (domain === "kubernetes.io" || domain.endsWith(".kubernetes.io")) return false;
  return !networkDevices.some((device) => resource.startsWith(device));
}
