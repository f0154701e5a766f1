/**
 * The script by which a Job in the cluster sets up etcd's users. A text, so that it is there wherever this module is: in a
 * package, or bundled with others.
 */
export const etcdUsersScript = `/**
 * Makes etcd's users what a file says, and turns authentication on. Runs in the cluster; may run again at any time, and
 * ended at any point it does the rest then. Users of other names than its own are left alone.
 *
 * node etcdUsers.mjs <endpoint> <file> [<folder>], the folder having ca.crt, tls.crt and tls.key for https, and the file being JSON:
 *   root      passwords of root: the one to have, then those that it may have now
 *   role      role of the users
 *   prefixes  of the keys that the role may read and write
 *   users     passwords by name; null for one that is known by a certificate
 *   retired   prefix of the names of users that go, unless they are among the users
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";

const [endpoint, file, folder] = process.argv.slice(2);
const wanted = JSON.parse(await readFile(file, "utf8"));
const read = (name) => readFile(\`\${folder}/\${name}\`);
const tls = folder && { ca: await read("ca.crt"), cert: await read("tls.crt"), key: await read("tls.key") };
let token;

/** Trying again does not help. */
class Hopeless extends Error {}

/** A call of etcd's JSON gateway: https://etcd.io/docs/v3.7/dev-guide/api_grpc_gateway/ */
async function etcd(path, request = {}) {
  const { request: send } = tls ? https : http;
  const call = send(\`\${endpoint}/v3/auth/\${path}\`, {
    method: "POST",
    headers: token ? { authorization: token } : {},
    signal: AbortSignal.timeout(10_000),
    ...tls,
  });
  call.end(JSON.stringify(request));
  const [response] = await once(call, "response");
  const answer = await json(response);
  if (response.statusCode === 200) return answer;
  throw Object.assign(new Error(\`\${path}: \${answer.message}\`), { reason: answer.message });
}

/** A token of a user, or undefined where the password is not the user's. */
async function authenticate(name, password) {
  try {
    return (await etcd("authenticate", { name, password })).token;
  } catch (error) {
    if (error.reason?.includes("authentication failed")) return undefined;
    throw error;
  }
}

async function logIn() {
  for (const password of wanted.root) {
    token = await authenticate("root", password);
    if (token) return;
  }
  throw new Hopeless(
    "etcd's root has none of the passwords of this stack: its volumes are from before. Put them back, or delete the claims data-etcd-*.",
  );
}

async function setRole({ role, prefixes }) {
  const { roles = [] } = await etcd("role/list");
  if (!roles.includes(role)) await etcd("role/add", { name: role });
  const { perm = [] } = await etcd("role/get", { role });
  const ranges = prefixes.map(rangeOf);
  const isSame = (a) => (b) => a.key === b.key && a.range_end === b.range_end;
  for (const range of ranges)
    if (!perm.some((granted) => isSame(range)(granted) && granted.permType === "READWRITE"))
      await etcd("role/grant", { name: role, perm: { permType: "READWRITE", ...range } });
  for (const { key, range_end } of perm.filter((granted) => !ranges.some(isSame(granted))))
    await etcd("role/revoke", { role, key, range_end });
}

/** All keys that begin with a prefix: up to what follows its last character. */
function rangeOf(prefix) {
  const end = Buffer.from(prefix);
  end[end.length - 1] += 1;
  return { key: Buffer.from(prefix).toString("base64"), range_end: end.toString("base64") };
}

/** A password that is right already is not set again: that would end the user's sessions. */
async function setUser(name, password, role, isEnabled) {
  const { users = [] } = await etcd("user/list");
  const isNew = !users.includes(name);
  if (isNew) await etcd("user/add", password === null ? { name, options: { no_password: true } } : { name, password });
  const { roles = [] } = await etcd("user/get", { name });
  if (!roles.includes(role)) await etcd("user/grant", { user: name, role });
  const isRight = isNew || password === null || (isEnabled && (await authenticate(name, password)));
  if (!isRight) await etcd("user/changepw", { name, password });
}

async function setUp() {
  token = undefined;
  const { enabled: isEnabled = false } = await etcd("status");
  if (isEnabled) await logIn();
  await setRole(wanted);
  for (const [name, password] of Object.entries(wanted.users))
    await setUser(name, password, wanted.role, isEnabled);
  const { users = [] } = await etcd("user/list");
  for (const name of users.filter((user) => user.startsWith(wanted.retired) && !(user in wanted.users)))
    await etcd("user/delete", { name });
  await setUser("root", wanted.root[0], "root", isEnabled); // last: it ends this session too
  if (!isEnabled) await etcd("enable");
}

for (const deadline = Date.now() + 300_000; ; await setTimeout(1_000)) {
  try {
    await setUp();
    console.log(\`etcd asks who its clients are, and knows \${Object.keys(wanted.users).join(" and ")}\`);
    break;
  } catch (error) {
    console.error(error.cause?.message ?? error.message);
    if (error instanceof Hopeless || Date.now() > deadline) process.exit(1);
  }
}
`;
