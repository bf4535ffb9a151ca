/** Part of a run: so many tasks at once, until so many tasks of the run have ended. The last step lasts to its end. */
export interface RunStep {
  readonly concurrency: number;
  readonly untilEnded: number;
}

export interface ProjectionPlan {
  readonly baseUrl: string;
  readonly taskFile: string;
  /** An empty folder. */
  readonly dataDir: string;
  /** The run that is projected from: one step, or a ramp. */
  readonly from: readonly RunStep[];
  /** What is projected, and then run. */
  readonly to: readonly number[];
}

export interface ProjectedWall {
  readonly concurrency: number;
  readonly projectedMs: number;
  readonly actualMs: number;
}

export interface ProjectionResult {
  readonly walls: readonly ProjectedWall[];
  /** Whether the projection reckoned with a server that slows down under load. */
  readonly hasSlowdown: boolean;
}
