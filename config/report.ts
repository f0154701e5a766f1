type Path = readonly PropertyKey[];

/** Adds a mistake at a path of the config. */
export type ReportMistake = (path: Path, message: string) => void;

/** Whether the part of the config at a path has the shape that the schema gives it. */
export type IsSound = (...path: Path) => boolean;
