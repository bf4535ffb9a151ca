import type { Bench, BenchReport, Row } from '../bench.ts';
import { quote } from './quote.ts';

/** When, where and by which command a report came about. */
export interface Circumstances {
  readonly command: string;
  /** For example `2026-03-01 12:00 UTC`. */
  readonly measuredAt: string;
  readonly machine: string;
}

/** Rows as a Markdown table; a column for each title, in the order in which they first appear. */
export function tableOf(rows: readonly Row[]): string {
  const titles = [...new Set(rows.flatMap((row) => row.figures.map(({ title }) => title)))];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (row: Row, title: string): string => {
    const figure = row.figures.find((each) => each.title === title);
    return figure === undefined ? '' : quote(figure.samples, figure.digits);
  };
  return [line(['', ...titles]), line(['---', ...titles.map(() => '---:')]), ...rows.map((row) => line([row.name, ...titles.map((title) => cell(row, title))]))].join('\n');
}

/** A bench's part of docs/BENCHMARKS.md. */
export function sectionOf({ name, question, target }: Bench, { rows, verdicts, notes }: BenchReport, { command, measuredAt, machine }: Circumstances): string {
  const verdictLines = verdicts.map(({ isMet, figure, target: wanted }) => `- **${isMet ? 'Met' : 'Not met'}**: ${figure}; target: ${wanted}.`);
  return [`## ${name}`, question, `Target: ${target}.`, tableOf(rows), verdictLines.join('\n'), ...notes, `\`${command}\`, ${measuredAt}, ${machine}.`].join('\n\n');
}
