import { localEnv } from "../../rehearsal/runtime/modules";

test.each([
  ["0.8.1", "lo"],
  ["1.4.2", "lo"],
  ["1.5.1", "lo"],
  ["1.6.1", "127.1.0.2"],
  ["2.0.0", "127.1.0.2"],
])("runtime %s is told where to take answers by %s", (version, host) => {
  expect(localEnv("127.1.0.2", version).DYN_TCP_RESPONSE_STREAM_HOST).toBe(host);
});
