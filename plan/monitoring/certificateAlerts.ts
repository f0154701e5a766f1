import type { Alert, AlertGroup } from "./alerts";

/** Name of the group of these alerts. It has a dot, which no graph's has. */
export const certificatesGroup = "tls.certificates";

const day = 86_400;

/**
 * Alerts on the stack's own certificates, which all end in one moment.
 * @param namespace of the graphs
 * @param expiry the moment from which they are refused, in seconds since 1970; NaN: it is not known
 */
export function certificateAlerts(namespace: string, expiry: number): AlertGroup {
  const left = `vector(${Number.isNaN(expiry) ? "the moment at which they end" : expiry}) - time()`;
  const alert = (severity: Alert["severity"], days: number): Alert => ({
    name: "CertificatesExpire",
    severity,
    expr: `${left} < ${days * day}`,
    for: "10m",
    summary: "The certificates of graphs, NATS and etcd end in {{ $value | humanizeDuration }}",
    description:
      "From then on no pod that starts, and no connection that is made anew, is accepted by others.",
  });
  return { name: certificatesGroup, namespace, alerts: [alert("warning", 30), alert("critical", 7)] };
}
