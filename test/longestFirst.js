/** Starts the longest suites first. How long one takes jest knows only where it has run before, and goes by size till then. */
const { default: Sequencer } = require("@jest/test-sequencer");

const longest = ["engine/killedSwitchover", "engine/switchover", "servers/runtime"];

module.exports = class extends Sequencer {
  sort(tests) {
    const isLongest = ({ path }) => longest.some((suite) => path.endsWith(`test/${suite}.test.ts`));
    const sorted = super.sort(tests);
    return [...sorted.filter(isLongest), ...sorted.filter((test) => !isLongest(test))];
  }
};
