import { readFileSync } from "node:fs";
import { alertsFile, otherAlerts } from "./alerts";

// After a change that is meant: npx tsx test/writeGolden.ts
test("alerts that neither dev nor prod have are what they were", () => {
  expect(otherAlerts()).toBe(readFileSync(alertsFile, "utf8"));
});
