/** What is measured of a task file. */
export const IMPORT_NAMES = ['import', 'copy'] as const;
export type ImportName = (typeof IMPORT_NAMES)[number];

export interface ImportPlan {
  readonly contender: ImportName;
  readonly file: string;
  /** An empty folder. */
  readonly dataDir: string;
}

export interface ImportResult {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMb: number;
  /** Tasks that are in the batch; null where there is none. */
  readonly taskCount: number | null;
}
