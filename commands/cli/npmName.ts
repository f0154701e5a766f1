/** The name by which `npm run` starts the command of a file: `upgrade-check` of upgradeCheck.ts. */
export const npmName = (file: string) => file.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
