/**
 * Each row is a row of what was found by running the released wheels (ai-dynamo 0.7.1, 0.8.1, 0.9.1, 1.0.2, 1.1.1,
 * 1.2.1, 1.4.2, 1.6.1) and reading the operators of the same releases. Lines without a wheel are like their neighbours.
 */
import { type RuntimeLine, runtimeLines } from "../../config/versions";
import { kubernetesWiring, natsEtcdWiring } from "../../plan/compatibility";

const env = (vars: Record<string, string>) => Object.entries(vars).map(([name, value]) => ({ name, value }));

type Row = [line: RuntimeLine, expected: object, warnings: RegExp[]];

describe("kubernetes", () => {
  const zmq = { env: env({ DYN_EVENT_PLANE: "zmq" }), eventPlane: "zmq" };
  const zmqByDefault = { ...zmq, env: [] };
  const noEvents = {
    env: env({ DYN_STORE_KV: "mem" }),
    eventPlane: "none",
  };
  const rows: Row[] = [
    ["0.8", noEvents, [/approximate/, /operator 0.7.1/, /own etcd/]],
    ["0.9", noEvents, [/approximate/, /operator 0.7.1/]],
    ["1.0", zmq, []],
    ["1.1", zmq, [/nats.enabled=false and dynamo-operator.nats.enabled=false/]],
    ["1.2", zmq, [/global.nats.install=false/]],
    ["1.3", zmqByDefault, [/global.nats.install=false/]],
    ["1.4", zmqByDefault, [/global.nats.install=false/]],
    ["1.5", zmqByDefault, [/global.nats.install=false/]],
    ["1.6", zmqByDefault, [/global.nats.install=false/]],
  ];
  test.each(rows)("%s", (line, expected, warnings) => {
    const wiring = kubernetesWiring(line);
    expect(wiring).toMatchObject({ discoveryBackend: "kubernetes", requestPlane: "tcp", ...expected });
    expect(wiring.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });
  test("0.7 is not to be had", () => expect(() => kubernetesWiring("0.7")).toThrow(RangeError));
  test("every line has a row", () => expect(["0.7", ...rows.map(([line]) => line)]).toEqual(runtimeLines));
});

describe("nats-etcd", () => {
  const nats = { env: env({ DYN_EVENT_PLANE: "nats" }), requestPlane: "tcp" };
  const beforeEventPlane = { env: [], requestPlane: "tcp" };
  const rows: Row[] = [
    ["0.7", { env: [], requestPlane: "nats" }, []],
    ["0.8", beforeEventPlane, []],
    ["0.9", beforeEventPlane, []],
    ["1.0", nats, []],
    ["1.1", nats, []],
    ["1.2", nats, []],
    ["1.3", nats, []],
    ["1.4", nats, []],
    ["1.5", nats, []],
    ["1.6", nats, []],
  ];
  test.each(rows)("%s", (line, expected, warnings) => {
    const wiring = natsEtcdWiring(line);
    expect(wiring).toMatchObject({
      discoveryBackend: "etcd",
      eventPlane: "nats",
      ...expected,
    });
    expect(wiring.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });
  test.each(runtimeLines)("%s takes the request plane that it is given", (line) => {
    expect(natsEtcdWiring(line, "nats")).toMatchObject({
      requestPlane: "nats",
      env: expect.arrayContaining([{ name: "DYN_REQUEST_PLANE", value: "nats" }]),
    });
  });
  test("every line has a row", () => expect(rows.map(([line]) => line)).toEqual(runtimeLines));
});
