/** The resources of a pod that are GPUs. */

/** Resource of a whole GPU, as Dynamo's operator and NVIDIA's device plugin name it. */
export const wholeGpu = "nvidia.com/gpu";

/** Label by which pods ask for a node of GKE whose GPUs are divided by MIG, with the size of a part: `1g.10gb`. */
export const gkePartition = "cloud.google.com/gke-gpu-partition-size";

/** Extended resources of clouds that are network devices. */
const networkDevices = /^(networking\.gke\.io\.networks\/.*|vpc\.amazonaws\.com\/(efa|pod-eni))$/;

/** Domains in which device plugins name network devices, beside others. */
const nameable = "(rdma|mellanox\\.com|openshift\\.io|intel\\.com|nvidia\\.com)";

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

/** Device classes of DRANET and of GKE, whose devices are network interfaces, and of NVIDIA's channels between nodes: `imex.nvidia.com` until ComputeDomains came. */
const networkClasses =
  /^(dranet|rdma\.dranet\.net|netdev\.google\.com|mrdma\.google\.com|imex\.nvidia\.com|compute-domain-[a-z-]+\.nvidia\.com)$/;

/** Whether devices of a class count as GPUs. As with resources, all do that are not known to be others. */
export function isGpuClass(deviceClass: string): boolean {
  return !networkClasses.test(deviceClass);
}

/** Names of what is no GPU by its domain: of Kubernetes itself, but for devices of any class. */
const ownDomain = /^([^/]*\.)?kubernetes\.io\//;

const anyOf = (words: readonly string[]) => words.join("|");

/** Names of network devices by their words, in lower case: all of them say nothing else, and one says it. */
const sayNothingElse = new RegExp(
  `^${nameable}/[^a-z]*((${anyOf([...networkWords, ...otherWords])})([^a-z]+|$))+$`,
);
const sayNetwork = new RegExp(`^${nameable}/(.*[^a-z])?(${anyOf(networkWords)})([^a-z]|$)`);

/**
 * Whether a resource counts as a GPU. All extended resources do, but for those that are known to be none: device plugins rename GPUs as
 * they like (`nvidia.com/mig-1g.5gb`, `nvidia.com/gpu.shared`, `amd.com/gpu`), so that a list of GPUs is never complete.
 * A slice or a share counts as one GPU.
 */
export function isGpu(resource: string): boolean {
  if (!resource.includes("/")) return false; // cpu, memory, hugepages-2Mi
  if (resource.startsWith(`${claimedByClass}/`)) return true;
  if (ownDomain.test(resource) || nodeDevices.test(resource) || networkDevices.test(resource)) return false;
  const name = resource.toLowerCase();
  return !(sayNothingElse.test(name) && sayNetwork.test(name));
}

/** The same in CEL: expressions of the name of a resource, and of that of a device class, and the variables that they read. */
export const gpuInCel = {
  resource: (name: string): string =>
    `(${name}.contains('/') && (${name}.startsWith('${claimedByClass}/') || !(${name}.matches(variables.otherResource) || ${name}.lowerAscii().matches(variables.nothingElse) && ${name}.lowerAscii().matches(variables.network))))`,
  class: (name: string): string => `!${name}.matches(variables.networkClass)`,
  variables: {
    otherResource: patternInCel(ownDomain, nodeDevices, networkDevices),
    nothingElse: patternInCel(sayNothingElse),
    network: patternInCel(sayNetwork),
    networkClass: patternInCel(networkClasses),
  },
};

/** Patterns as one of RE2, which reads them as JavaScript does. */
function patternInCel(...patterns: readonly RegExp[]): string {
  return `r'${patterns.map(({ source }) => `(${source.replaceAll("\\/", "/")})`).join("|")}'`;
}
