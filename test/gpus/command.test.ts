/** Commands as they run: what a shell makes of a script's arrays and variables. */
import { runningCommandOf } from "../../gpus/command";
import { argumentOf, enginesOf, modelFlags, parallelSizes } from "../../gpus/engineArgs";

const running = (script: string) => runningCommandOf({ command: ["/bin/bash", "-c"], args: [script] });
const engine = (script: string) => {
  const [{ args = "" } = {}] = enginesOf(running(script));
  return [argumentOf(args, modelFlags), argumentOf(args, parallelSizes.tensor)];
};

test.each([
  ["an array", `args=(\n  --model "acme/m"\n  --tp-size "4"\n)\nexec python3 -m dynamo.sglang "\${args[@]}"`],
  ["an addition", `args=(--model acme/m)\nargs+=(--tp-size 4)\npython3 -m dynamo.sglang \${args[*]}`],
  ["a variable in it", `TP=4; args=(--model acme/m --tp-size $TP)\npython3 -m dynamo.vllm "\${args[@]}"`],
  ["parentheses in quotes", `a=(--x '{"y":"(z)"}' --model acme/m --tp 4); python3 -m dynamo.vllm "\${a[@]}"`],
  ["another array beside it", `b=(--model n)\na=(--model acme/m --tp 4)\npython3 -m dynamo.vllm "\${a[@]}"`],
])("%s", (_, script) => expect(engine(script)).toEqual(["acme/m", "4"]));

test.each([
  ["an array that nothing fills", `python3 -m dynamo.vllm "\${args[@]}"`],
  ["one that does not end", `args=(--model acme/m\npython3 -m dynamo.vllm "\${args[@]}"`],
])("%s tells nothing", (_, script) => expect(engine(script)).toEqual([undefined, undefined]));

test("a script does not grow without bound", () => {
  const script = `a=(${"x ".repeat(10_000)})\n${`"\${a[@]}"\n`.repeat(10_000)}`;
  expect(running(script).length).toBeLessThan(10 * script.length);
});
