import type { Circumstances } from '../bench/report/section.ts';
import type { CampaignReport } from './campaign.ts';
import type { RestartFigures } from './restart.ts';

/** What a campaign met, in lines for people. */
export function coverageText({ kills, killsBy, ends, requests, batches, tasks, durationMs, startMs }: CampaignReport): string {
  const byName = [...killsBy].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => `  ${name.padEnd(18)} ${count}`);
  return [
    `${kills} kills in ${seconds(durationMs)} (${seconds(durationMs / Math.max(1, kills))} each; from start to first request ${seconds(startMs)}, median)`,
    ...byName,
    `${batches} batches, each run to its end; ${ends} lives ended by themselves`,
    `${requests} requests: ${tasks.completed} tasks completed, ${tasks.failed} failed, ${tasks.interrupted} interrupted, ${tasks.parked} of them twice and parked, ${tasks.retries} sends beyond the first of a task`,
  ].join('\n');
}

export function restartText({ taskCount, doneCount, firstRequestMs }: RestartFigures): string {
  return `Restart of a run of ${taskCount} tasks, ${doneCount} done, after a kill: ${firstRequestMs.map((ms) => seconds(ms)).join(', ')} from the start of the process to the first request`;
}

/** What docs/BENCHMARKS.md says of a whole run. */
export function sectionOf(campaign: CampaignReport, restart: RestartFigures, closing: string, { command, measuredAt, machine }: Circumstances): string {
  const { kills, killsBy, requests, tasks } = campaign;
  const sorted = restart.firstRequestMs.toSorted((a, b) => a - b);
  const middleMs = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const isKept = campaign.violations.length === 0;
  return [
    '## crash',
    'Is anything lost, doubled or unrecorded when the program is killed, and how soon does it go on?',
    'Target: 200 kills without a violation of the promises, every seeded fault caught, 100,000 tasks going on within 3 s.',
    `- **${isKept ? 'Met' : 'Not met'}**: ${closing}.\n- **${middleMs <= 3000 ? 'Met' : 'Not met'}**: ${seconds(middleMs)} (${seconds(sorted[0] ?? Number.NaN)}–${seconds(sorted.at(-1) ?? Number.NaN)}) from the start of the process to the first request of a run of ${restart.taskCount.toLocaleString('en')} tasks that was killed half done; target: at most 3 s.`,
    `${kills} kills at ${killsBy.size} kinds of moments; ${requests.toLocaleString('en')} requests, ${tasks.interrupted} tasks interrupted, ${tasks.parked} of them twice and so parked. The real terminal host against a server that counts requests; see test/crash/README.md.`,
    `\`${command}\`, ${measuredAt}, ${machine}.`,
  ].join('\n\n');
}

/** The line that a script may look for. `caught` null: no faults were tried. */
export function closingLine(campaign: CampaignReport | null, faults: { readonly caught: number; readonly tried: number } | null): string {
  const parts: string[] = [];
  if (campaign) parts.push(`${campaign.kills} kills, ${campaign.violations.length} violations`);
  if (faults) parts.push(`${faults.caught} of ${faults.tried} faults caught`);
  return parts.join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
