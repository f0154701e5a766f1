/** Starts the longest suites first. How long one takes jest knows only where it has run before, and goes by size till then. */
const { default: Sequencer } = require("@jest/test-sequencer");

const longest = ["engine/killedSwitchover", "engine/switchover", "servers/runtime"];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) =>
      context.config.globals.suites?.length ?? // those of together.config.js
      (longest.some((suite) => path.endsWith(`test/${suite}.test.ts`)) ? 1 : 0);
    return super.sort(tests).sort((one, other) => rank(other) - rank(one));
  }
};
