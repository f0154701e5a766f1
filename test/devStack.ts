export { devStack } from "../bench/devStack";
