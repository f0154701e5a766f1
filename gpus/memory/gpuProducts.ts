/** Memory of GPUs by what nodes' labels call them. */

/** MiB that nvidia-smi shows of a whole GPU, by the word that names its chip; by its size in GB where it comes in several. */
const memories: Readonly<Record<string, number | Readonly<Record<string, number>>>> = {
  t4: 15_360,
  v100: { "16gb": 16_384, "32gb": 32_768 },
  a10: 23_028,
  a10g: 23_028,
  a30: 24_576,
  a40: 46_068,
  a6000: 49_140,
  a100: { "40gb": 40_960, "80gb": 81_920 },
  l4: 23_034,
  l40: 46_068,
  l40s: 46_068,
  h20: 97_871,
  h100: { "80gb": 81_559, nvl: 95_830, pcie: 81_559, mega: 81_559 },
  h200: 143_771,
  gh200: { "480gb": 97_871 },
  b200: 183_359,
  b300: 275_040,
  gb200: 189_471,
  gb300: 284_208,
};

/** GiB that no program gets of what nvidia-smi shows. Measured: 139.80 of 140.40 on an H200. */
const driver = 0.6;

/**
 * Memory in GiB, for programs, of a GPU whose product a label tells, such as "NVIDIA-H100-80GB-HBM3"; undefined where that is not known, also
 * of one that is shared.
 */
export function memoryOfProduct(product: string): number | undefined {
  const words = product
    .toLowerCase()
    .split(/[^a-z0-9.]+/)
    .filter((word) => word !== "");
  if (words.includes("shared")) return undefined;
  if (words.includes("mig")) return memoryOfSlice(product);
  const [, shared] = /-(\d+)[qca]$/i.exec(product) ?? []; // of a vGPU, whose name ends with its GB
  if (shared !== undefined) return Number(shared) - driver;
  const chip = words.find((word) => Object.hasOwn(memories, word));
  const memory = chip === undefined ? undefined : memories[chip];
  if (typeof memory !== "object") return memory === undefined ? undefined : memory / 1024 - driver;
  const size = words.find((word) => Object.hasOwn(memory, word));
  return size === undefined ? undefined : Number(memory[size]) / 1024 - driver;
}

/** Memory in GiB of a slice by MIG, whose name has it in GB: "nvidia.com/mig-3g.40gb". A part of it is the driver's. */
export function memoryOfSlice(name: string): number | undefined {
  const [, gigabytes] = /\d+g\.(\d+)gb/i.exec(name) ?? [];
  return gigabytes === undefined ? undefined : Number(gigabytes) * 0.95;
}
