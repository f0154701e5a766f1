/** A client of etcd's JSON gateway: https://etcd.io/docs/v3.7/dev-guide/api_grpc_gateway/ */

export interface User {
  readonly name: string;
  readonly password: string;
}

export interface EtcdClient {
  /** @throws Error with etcd's own message, or what became of the connection. */
  call(path: string, request?: object): Promise<Answer>;
  put(key: string, value: string): Promise<Answer>;
  get(key: string): Promise<string | undefined>;
  /** Keys that begin with a prefix, without it. */
  keys(prefix: string): Promise<string[]>;
}

interface Answer {
  readonly header: { readonly revision: string };
  readonly kvs?: readonly { readonly key: string; readonly value: string }[];
  readonly users?: readonly string[];
  readonly token?: string;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const text = (encoded: string) => Buffer.from(encoded, "base64").toString();

/**
 * @param service host and port
 * @param user nobody by default
 */
export function etcdClient(service: string, user?: User): EtcdClient {
  let token: string | undefined;

  async function post(path: string, request: object): Promise<Answer> {
    const response = await fetch(`http://${service}/v3/${path}`, {
      method: "POST",
      headers: token ? { authorization: token } : {},
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(3_000),
    });
    const answer = (await response.json()) as Answer & { readonly message?: string };
    if (!response.ok) throw new Error(answer.message);
    return answer;
  }

  async function call(path: string, request: object = {}, isRetry = false): Promise<Answer> {
    try {
      if (user && !token) ({ token } = await post("auth/authenticate", user));
      return await post(path, request);
    } catch (error) {
      token = undefined;
      // A member that was restarted knows no token of before.
      if ((error as Error).message.includes("invalid auth token") && !isRetry)
        return call(path, request, true);
      throw error;
    }
  }

  return {
    call: (path, request) => call(path, request),
    put: (key, value) => call("kv/put", { key: base64(key), value: base64(value) }),
    async get(key) {
      const { kvs = [] } = await call("kv/range", { key: base64(key) });
      return kvs[0] && text(kvs[0].value);
    },
    async keys(prefix) {
      const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
      const range = { key: base64(prefix), range_end: base64(end), keys_only: true };
      const { kvs = [] } = await call("kv/range", range);
      return kvs.map(({ key }) => text(key).slice(prefix.length));
    },
  };
}
