import { etcdArgs } from "../../plan/etcd";
import { natsConf } from "../../plan/nats";

test("three NATS members know each other's routes", () => {
  expect(natsConf({ replicas: 3, storage: "10Gi" })).toMatchInlineSnapshot(`
"server_name: $SERVER_NAME
port: 4222
http_port: 8222
pid_file: /var/run/nats/nats.pid
max_payload: 15728640
lame_duck_duration: 30s

jetstream {
  store_dir: /data
  max_memory_store: 0
  max_file_store: 10737418240
}

cluster {
  name: nats
  port: 6222
  no_advertise: true
  routes: [
    nats://nats-0.nats-headless.nats-system.svc.cluster.local:6222
    nats://nats-1.nats-headless.nats-system.svc.cluster.local:6222
    nats://nats-2.nats-headless.nats-system.svc.cluster.local:6222
  ]
}
"
`);
});

test("a single NATS has no cluster", () => {
  expect(natsConf({ replicas: 1, storage: "1Gi" })).not.toContain("cluster");
});

test("three etcd members bootstrap with each other, and alarm before the volume is full", () => {
  expect(etcdArgs({ replicas: 3, storage: "8Gi" })).toMatchInlineSnapshot(`
[
  "--name=$(POD_NAME)",
  "--data-dir=/var/lib/etcd/data",
  "--listen-client-urls=http://0.0.0.0:2379",
  "--advertise-client-urls=http://$(POD_NAME).etcd-headless.etcd-system.svc.cluster.local:2379",
  "--listen-peer-urls=http://0.0.0.0:2380",
  "--initial-advertise-peer-urls=http://$(POD_NAME).etcd-headless.etcd-system.svc.cluster.local:2380",
  "--initial-cluster=etcd-0=http://etcd-0.etcd-headless.etcd-system.svc.cluster.local:2380,etcd-1=http://etcd-1.etcd-headless.etcd-system.svc.cluster.local:2380,etcd-2=http://etcd-2.etcd-headless.etcd-system.svc.cluster.local:2380",
  "--initial-cluster-token=etcd-system",
  "--initial-cluster-state=new",
  "--listen-metrics-urls=http://0.0.0.0:2381",
  "--quota-backend-bytes=4026531840",
  "--auto-compaction-mode=periodic",
  "--auto-compaction-retention=1h",
]
`);
});

test("a quota that is given is taken", () => {
  expect(etcdArgs({ replicas: 1, storage: "8Gi", quota: "1Gi" })).toContain(
    "--quota-backend-bytes=1073741824",
  );
});
