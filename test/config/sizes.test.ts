import { defaultQuota, toBytes } from "../../config/sizes";
import fc from "../fastCheck";

test.each([
  ["512Mi", 536870912],
  ["1Gi", 1073741824],
  ["1Ti", 1099511627776],
])("%s is %d bytes", (size, bytes) => expect(toBytes(size)).toBe(bytes));

test.each([
  ["1Gi", "256Mi"],
  ["8Gi", "3840Mi"],
  ["100Gi", "8192Mi"],
])("a volume of %s gets a quota of %s", (storage, quota) => expect(defaultQuota(storage)).toBe(quota));

test("the default quota is never above half the volume, and never nothing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (size) => {
      const quota = toBytes(defaultQuota(`${size}Gi`));
      return quota > 0 && quota <= toBytes(`${size}Gi`) / 2;
    }),
  );
});
