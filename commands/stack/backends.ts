/** The pods behind a Service. */
import type { V1EndpointSlice } from "@kubernetes/client-node";
import type { PodReference } from "./cluster";

/** A pod of an EndpointSlice. One that is leaving may still serve, and is not Ready. */
export interface ServiceBackend extends PodReference {
  /** That the Service's first port leads to. */
  readonly port: number;
  readonly isReady: boolean;
  readonly isLeaving: boolean;
}

/** Pods behind a Service, by its EndpointSlices. Where no pod is behind the Service, the cluster writes null for both lists. */
export function backendsOf(slices: readonly V1EndpointSlice[]): ServiceBackend[] {
  return slices.flatMap(({ metadata, endpoints, ports }) => {
    const port = ports?.[0]?.port;
    if (port === undefined) return [];
    return (endpoints ?? []).flatMap(({ conditions, targetRef }) =>
      targetRef?.kind === "Pod" && targetRef.name !== undefined
        ? [
            {
              namespace: targetRef.namespace ?? metadata?.namespace ?? "",
              name: targetRef.name,
              port,
              isReady: conditions?.ready !== false,
              isLeaving: conditions?.terminating === true,
            },
          ]
        : [],
    );
  });
}
