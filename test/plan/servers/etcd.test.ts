import { credentials } from "../../../plan/servers/credentials";
import { etcdSecretFiles } from "../../../plan/servers/etcdAccess";
import { etcdRestore } from "../../../plan/servers/etcdRestore";
import { etcd } from "./natsEtcdPlan";

const argsOf = (config: object) => etcd(config).members.statefulSet.spec.template.spec.containers[0]?.args;
const snapshotsOf = (config: object) => etcd({ storage: "8Gi", ...config }).snapshots;

test("three members bootstrap with each other, and alarm before the volume is full", () => {
  expect(argsOf({ replicas: 3, storage: "8Gi" })).toMatchInlineSnapshot(`
[
  "--name=$(POD_NAME)",
  "--initial-advertise-peer-urls=http://$(POD_NAME).etcd-headless.etcd-system.svc.cluster.local:2380",
  "--initial-cluster=etcd-0=http://etcd-0.etcd-headless.etcd-system.svc.cluster.local:2380,etcd-1=http://etcd-1.etcd-headless.etcd-system.svc.cluster.local:2380,etcd-2=http://etcd-2.etcd-headless.etcd-system.svc.cluster.local:2380",
  "--initial-cluster-token=etcd-system",
  "--initial-cluster-state=new",
  "--data-dir=/var/lib/etcd/data",
  "--listen-client-urls=http://0.0.0.0:2379",
  "--advertise-client-urls=http://$(POD_NAME).etcd-headless.etcd-system.svc.cluster.local:2379",
  "--listen-peer-urls=http://0.0.0.0:2380",
  "--listen-metrics-urls=http://0.0.0.0:2381",
  "--quota-backend-bytes=4026531840",
  "--auto-compaction-mode=periodic",
  "--auto-compaction-retention=1h",
  "--feature-gates=InitialCorruptCheck=true,CompactHashCheck=true",
  "--bcrypt-cost=4",
]
`);
});

test("a quota that is given is taken", () => {
  expect(argsOf({ storage: "8Gi", quota: "1Gi" })).toContain("--quota-backend-bytes=1073741824");
});

test("root and the users of two generations are set up at once, the newest first", () => {
  const files = etcdSecretFiles(credentials(3), {
    users: { 2: "user two", 3: "user three" },
    root: { 2: "root two", 3: "root three" },
  });
  expect(files["root-password"]).toBe("root three");
  expect(JSON.parse(files["access.json"] ?? "")).toEqual({
    root: ["root three", "root two"],
    role: "dynamo",
    prefixes: ["v1/"],
    users: { "dynamo-3": "user three", "dynamo-2": "user two" },
    retired: "dynamo-",
  });
});

test("a new generation of passwords runs the Job anew, and leaves the members alone", () => {
  const [before, after] = [1, 2].map((generation) => etcd({}, { credentials: { generation } }));
  expect(after?.access.job.spec.template).not.toEqual(before?.access.job.spec.template);
  expect(after?.members).toEqual(before?.members);
});

test("snapshots are taken where the config says so", () => {
  expect(snapshotsOf({})).toBeUndefined();
  const snapshots = snapshotsOf({ snapshots: {} });
  expect(snapshots?.cronJob.spec.schedule).toBe("0 */6 * * *");
  // Four that are kept and a new one, each as large as the database may become.
  expect(snapshots?.claim.spec.resources.requests.storage).toBe(`${5 * 3840}Mi`);
});

test("a restored member begins the cluster that the member began with", () => {
  const jobs = etcdRestore(etcd({ replicas: 3 }), "etcd-snapshot-1.db");
  expect(jobs.map(({ metadata }) => metadata.name)).toEqual([
    "restore-etcd-0",
    "restore-etcd-1",
    "restore-etcd-2",
  ]);
  const args = jobs[1]?.spec.template.spec.initContainers[1];
  const bootstrap = argsOf({ replicas: 3 })
    ?.filter((arg) => /^--(name|initial-(advertise|cluster=|cluster-token))/.test(arg))
    .map((arg) => arg.replaceAll("$(POD_NAME)", "etcd-1"));
  expect(bootstrap).toHaveLength(4);
  expect(args).toMatchObject({ args: expect.arrayContaining(bootstrap ?? []) });
});
