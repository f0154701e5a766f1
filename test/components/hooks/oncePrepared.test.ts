import { oncePrepared } from "../../../components/hooks/oncePrepared";

const busy = Object.assign(new Error("storage is (re)initializing"), { code: 429 });

/** How often it is asked, and what comes of it, where it is busy so often. */
async function asked(times: number, error: Error = busy) {
  const ask = jest.fn(async () => {
    if (ask.mock.calls.length <= times) throw error;
    return "there";
  });
  return {
    outcome: await oncePrepared(ask).catch(({ message }: Error) => message),
    times: ask.mock.calls.length,
  };
}

jest.mock("node:timers/promises", () => ({ setTimeout: async () => {} }));

test.each([
  [0, { outcome: "there", times: 1 }],
  [3, { outcome: "there", times: 4 }],
  [9, { outcome: "there", times: 10 }],
  [10, { outcome: busy.message, times: 10 }],
])("what is busy %i times", async (times, expected) => expect(await asked(times)).toEqual(expected));

test("any other error is one at once", async () =>
  expect(await asked(1, Object.assign(new Error("forbidden"), { code: 403 }))).toEqual({
    outcome: "forbidden",
    times: 1,
  }));
