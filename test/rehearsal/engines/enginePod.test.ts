import { engineArgs, engineEnv } from "../../../rehearsal/engines/enginePod";

const ports = { kvEvents: 11111, forwardPass: 22222, transfer: 33333, bootstrap: 44444 };

test("an engine has the container's arguments, with random weights", () => {
  expect(engineArgs(["--model", "org/model", "--tensor-parallel-size", "2"], ports)).toEqual([
    ...["--model", "org/model", "--tensor-parallel-size", "2"],
    ...["--load-format", "dummy"],
  ]);
});

test("ports that pods share on one host are its own", () => {
  const events = (port: number) => `{"publisher":"zmq","endpoint":"tcp://*:${port}"}`;
  expect(engineArgs(["--kv-events-config", events(20080)], ports)).toContain(events(11111));
  expect(engineArgs([`--kv-events-config=${events(5557)}`], ports)).toContain(
    `--kv-events-config=${events(11111)}`,
  );
  const bootstrap = "--disaggregation-bootstrap-port";
  expect(engineArgs([bootstrap, "12345"], ports).slice(0, 2)).toEqual([bootstrap, "44444"]);
  expect(engineArgs([`${bootstrap}=12345`], ports)[0]).toBe(`${bootstrap}=44444`);
});

test.each([["--nnodes", "2"], ["--nnodes=2"], ["--node-rank", "0"]])(
  "a worker of several nodes is refused: %s",
  (...args) => {
    expect(() => engineArgs(args, ports)).toThrow("a worker of several nodes does not run on one machine");
  },
);

test("an engine sees its GPUs alone", () => {
  expect(engineEnv({ address: "127.1.0.2", ports, gpus: [1, 3] })).toMatchObject({
    CUDA_VISIBLE_DEVICES: "1,3",
    DYN_FORWARDPASS_METRIC_PORT: "22222",
    SGLANG_HOST_IP: "127.1.0.2",
    VLLM_NIXL_SIDE_CHANNEL_HOST: "127.1.0.2",
    VLLM_NIXL_SIDE_CHANNEL_PORT: "33333",
  });
  expect(engineEnv({ address: "127.1.0.2", ports, gpus: [] })).toMatchObject({ CUDA_VISIBLE_DEVICES: "" });
});
