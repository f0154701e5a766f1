/** How objects of several versions are stored: by the operator's webhook, which converts them, or without one. */
import type { CustomResourceDefinition } from "./crdFiles";
import { storedVersion } from "./operator/graphVersions";
import { clientConfig, type WebhookServer } from "./realOperator/webhookServer";

/** Schema that accepts anything. */
export const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** A version of a kind in a CRD, with a status of its own. */
export interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: object };
  readonly subresources?: object;
}

/**
 * A CRD for a cluster where nothing converts: versions differ by their apiVersion alone. That of graphs has one that a rehearsal
 * stores them in, which keeps what each of the others knows: the API server would drop the fields of one as soon as it stored
 * them as another.
 */
export function withStoredVersion(crd: CustomResourceDefinition): CustomResourceDefinition {
  const unconverted = { ...crd, spec: { ...crd.spec, conversion: { strategy: "None" } } };
  if (crd.metadata.name !== "dynamographdeployments.nvidia.com") return unconverted;
  const versions = (crd.spec.versions as Version[]).map((version) => ({ ...version, storage: false }));
  const properties = { spec: anything, status: anything };
  const stored: Version = {
    name: storedVersion,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: "object", properties } },
    subresources: { status: {} },
  };
  return { ...unconverted, spec: { ...unconverted.spec, versions: [...versions, stored] } };
}

/** A CRD whose objects a real operator converts, where they are of Dynamo's and have versions. */
export function convertedBy(server: WebhookServer, crd: CustomResourceDefinition): CustomResourceDefinition {
  const served = (crd.spec.versions as Version[]).filter((version) => version.served);
  if (crd.spec.group !== "nvidia.com" || served.length < 2) return crd;
  const webhook = { clientConfig: clientConfig(server, "/convert"), conversionReviewVersions: ["v1"] };
  return { ...crd, spec: { ...crd.spec, conversion: { strategy: "Webhook", webhook } } };
}
