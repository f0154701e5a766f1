/** Queries of what etcd says of itself. */
import { etcdJob } from "../plan/monitoring/selectors";

export const etcdMetric = (metric: string) => `etcd_${metric}{job="${etcdJob}"}`;
export const etcdRate = (metric: string) => `rate(${etcdMetric(metric)}[$__rate_interval])`;
export const etcdP99 = (histogram: string) =>
  `histogram_quantile(0.99, sum by (pod, le) (${etcdRate(`${histogram}_bucket`)}))`;
