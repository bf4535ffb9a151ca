/** Where a bench may work and what it may say. */
export interface BenchOptions {
  /** Smaller counts and two rounds: shows that the bench works; its figures say nothing. */
  readonly quick: boolean;
  /** An empty folder on a disk, removed afterwards. */
  readonly workDir: string;
  /** A line for whoever waits. */
  readonly say: (text: string) => void;
}

/** One column of one row: the samples, one a round, of which the table quotes median, least and greatest. */
export interface Figure {
  /** Title of the column, with its unit. */
  readonly title: string;
  readonly samples: readonly number[];
  /** Decimals to quote. */
  readonly digits: number;
}

/** What was measured of one contender. */
export interface Row {
  readonly name: string;
  readonly figures: readonly Figure[];
}

/** A target, and what came. */
export interface Verdict {
  readonly isMet: boolean;
  /** The figure with its spread, as a sentence without a full stop. */
  readonly figure: string;
  readonly target: string;
}

export interface BenchReport {
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  /** What a reader must know to judge the figures, one paragraph each. */
  readonly notes: readonly string[];
}

/** One question, and how it is answered. */
export interface Bench {
  /** Lower case letters; what `npm run bench -- NAME` takes. */
  readonly name: string;
  readonly question: string;
  readonly target: string;
  readonly run: (options: BenchOptions) => Promise<BenchReport>;
}
