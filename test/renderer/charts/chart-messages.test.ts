import { describe, expect, it } from 'vitest';
import { answer, buffersOf, detached } from '../../../renderer/charts/chart-messages.ts';
import { generatedRun, variedTasks } from './generated-run.ts';

describe('questions to the worker', () => {
  const data = generatedRun(variedTasks(50), 4);
  const roomy = new Float64Array(100_000);
  roomy.set(data.attempts.sentMs);
  const viewed = { ...data, attempts: { ...data.attempts, sentMs: roomy.subarray(0, data.attempts.sentMs.length) } };

  it('carry the rows alone: a view cloned as it is would drag its whole buffer along twice a second', () => {
    const copy = detached(viewed);
    expect(copy).toEqual(viewed);
    expect(buffersOf(copy).map((buffer) => buffer.byteLength)).toEqual([...Object.values(viewed.tasks), ...Object.values(viewed.attempts)].map((column: Uint8Array) => column.byteLength));
  });

  it('can be handed over without taking the columns away from the page', () => {
    const copy = detached(viewed);
    structuredClone(copy, { transfer: buffersOf(copy) });
    expect([copy.attempts.sentMs.length, viewed.attempts.sentMs.length]).toEqual([0, 50]);
  });

  it('are answered with a projection only when it was asked for', () => {
    expect(answer({ data, version: 3, withProjection: false })).toMatchObject({ runId: 'run-1', version: 3, projection: null });
    expect(answer({ data, version: 4, withProjection: true }).projection?.points.map((point) => point.concurrency)).toEqual([1, 2, 3, 4, 5, 10, 20]);
  });
});
