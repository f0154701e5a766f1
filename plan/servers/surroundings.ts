/** What NATS, etcd and their Jobs need to know of the cluster, and of where their images are. */
import type { ImagesConfig } from "../../config/images";
import type { StackConfig } from "../../config/schema";

const natsImage = "nats:2.14.5-alpine";
const exporterImage = "natsio/prometheus-nats-exporter:0.20.1";
/** The official image, which holds etcdctl and etcdutl too. It has no shell, so everything is said in arguments. */
export const etcdImage = "gcr.io/etcd-development/etcd:v3.7.1";
/** Node in a cluster, with its shell. */
const nodeImage = "node:22.20.0-alpine3.22";

export interface ServerSurroundings {
  /** Domain of the cluster's DNS. */
  readonly domain: string;
  readonly images: Readonly<Record<"nats" | "natsExporter" | "etcd" | "node", string>>;
  /** Secrets by which nodes pull these. */
  readonly pullSecrets: readonly string[];
  /** Whether the cluster gives pods their users and groups, and refuses others. */
  readonly assignsIds: boolean;
}

/** The surroundings of a stack's servers. */
export function surroundingsOf({
  images,
  platform,
}: Pick<StackConfig, "images" | "platform">): ServerSurroundings {
  return {
    domain: platform.clusterDomain,
    images: {
      nats: images.nats ?? mirrored(natsImage, images),
      natsExporter: images.natsExporter ?? mirrored(exporterImage, images),
      etcd: images.etcd ?? mirrored(etcdImage, images),
      node: images.node ?? mirrored(nodeImage, images),
    },
    pullSecrets: images.pullSecrets,
    assignsIds: platform.openshift,
  };
}

/** A public image as a mirror has it: by its path, which of Docker Hub's own images begins with `library`. */
function mirrored(image: string, { registry }: ImagesConfig): string {
  if (registry === undefined) return image;
  const path = image.replace(/^[^/]+\.[^/]+\//, "");
  return `${registry}/${path.includes("/") ? path : `library/${path}`}`;
}
