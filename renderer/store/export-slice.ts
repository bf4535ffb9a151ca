import type { ResultFormat } from '../../shared/contract/commands.ts';
import { formatBytes, formatCounted } from '../../shared/format/format.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

/** A chart as the charts hand it over: SVG as text, PNG as base64. */
export interface DrawnChart {
  readonly name: string;
  readonly kind: 'svg' | 'png';
  readonly data: string;
}

export interface ExportSlice {
  readonly exporting: boolean;
  /** Writes results to a file the user chooses; `indices` null means all. */
  readonly exportResults: (format: ResultFormat, indices: readonly number[] | null) => Promise<void>;
  /** Writes failed tasks with their input, settings and every attempt as JSON lines; null means all of them. */
  readonly exportFailures: (indices: readonly number[] | null) => Promise<void>;
  readonly saveChart: (chart: DrawnChart) => Promise<void>;
}

/** A file name that every system accepts: other characters than letters, digits, dot, dash and blank become a dash. */
export function fileNameOf(name: string): string {
  const clean = name.normalize('NFC').replaceAll(/[^\p{L}\p{N}. _-]+/gu, '-').replaceAll(/^[. -]+|[. -]+$/g, '').slice(0, 80);
  return clean === '' ? 'tasklane' : clean;
}

export function createExportSlice(set: SetState, get: GetState, services: Services): ExportSlice {
  const { client } = services;
  return {
    exporting: false,
    async exportResults(format, indices) {
      const { runState, detail, exporting } = get();
      if (runState === null || exporting) return;
      await get().attempt(async () => {
        const target = await client.chooseTarget(`${fileNameOf(detail?.name ?? runState.run.batchName)}.${format}`);
        if (target === null) return;
        set({ exporting: true });
        try {
          const { rows, sizeBytes } = await client.call('export.results', { runId: runState.run.runId, targetId: target.targetId, format, indices });
          await client.finishTarget(target);
          get().notify(`Exported ${formatCounted(rows, 'row')} to ${target.name} (${formatBytes(sizeBytes)}).`, runState.run.settings.simulated ? 'The answers in it are simulated.' : '');
        } finally {
          set({ exporting: false });
        }
      });
    },
    async exportFailures(indices) {
      const { runState, detail, exporting } = get();
      if (runState === null || exporting) return;
      await get().attempt(async () => {
        const target = await client.chooseTarget(`${fileNameOf(`${detail?.name ?? runState.run.batchName} failures`)}.jsonl`);
        if (target === null) return;
        set({ exporting: true });
        try {
          const { rows, sizeBytes } = await client.call('export.failures', { runId: runState.run.runId, targetId: target.targetId, indices });
          await client.finishTarget(target);
          get().notify(`Exported ${formatCounted(rows, 'failed task')} to ${target.name} (${formatBytes(sizeBytes)}).`, 'Each with its input, its settings and every attempt.');
        } finally {
          set({ exporting: false });
        }
      });
    },
    async saveChart(chart) {
      await get().attempt(async () => {
        const target = await client.chooseTarget(`${fileNameOf(`${get().detail?.name ?? 'run'} ${chart.name}`)}.${chart.kind}`);
        if (target === null) return;
        const { sizeBytes } = await client.call('export.chart', { targetId: target.targetId, encoding: chart.kind === 'svg' ? 'utf8' : 'base64', data: chart.data });
        await client.finishTarget(target);
        get().notify(`Saved ${target.name} (${formatBytes(sizeBytes)}).`);
      });
    },
  };
}
