/** Queries of what the exporter of NATS says. */
import { natsJob } from "../plan/monitoring/selectors";

export const natsMetric = (metric: string, labels = "") => `nats_${metric}{job="${natsJob}"${labels}}`;
/** The exporter repeats what it last heard of a server that is down. Its question about health goes unanswered then. */
export const liveNatsMetric = (metric: string) =>
  `${natsMetric(metric)} and on (pod) ${natsMetric("healthz_status")}`;
export const natsRate = (metric: string) => `sum by (pod) (rate(${natsMetric(metric)}[$__rate_interval]))`;
export const storageShare = `(${liveNatsMetric("varz_jetstream_stats_storage")}) / ${natsMetric("varz_jetstream_config_max_storage")}`;
