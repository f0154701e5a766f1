/** Several suites as one, which together.config.js names. */
declare const suites: readonly string[];

for (const suite of suites)
  describe(suite, () => {
    require(`./${suite}`);
  });
