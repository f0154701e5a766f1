/** Which resources of a pod are GPUs. The config's rules go by the same. */
export { isGpu, wholeGpu } from "../../config/accelerators";
