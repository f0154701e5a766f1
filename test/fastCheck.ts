/** fast-check with this run's seed: every test takes it from here. */
import fc from "fast-check";
import { seed } from "./random";

fc.configureGlobal({ seed });

export default fc;
