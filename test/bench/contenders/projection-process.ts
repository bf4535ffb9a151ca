import { createRandom } from '../../../shared/random/random.ts';
import { runProjection } from '../../../shared/timing/run-projection.ts';
import type { ProjectionPlan, ProjectionResult, ProjectedWall, RunStep } from './projection-plan.ts';
import { openRepeatedBatch } from './repeated-batch.ts';

// Runs a batch, projects from that, and only then runs what was projected.
const RANDOM_SEED = 1;

function whole(concurrency: number): readonly RunStep[] {
  return [{ concurrency, untilEnded: Number.POSITIVE_INFINITY }];
}

async function measure({ baseUrl, taskFile, dataDir, from, to }: ProjectionPlan): Promise<ProjectionResult> {
  const batch = await openRepeatedBatch(dataDir, baseUrl, taskFile);
  // A cold first run would be slower than what it is compared with.
  await batch.run(whole(Math.max(...to)));
  const source = await batch.run(from);
  const { points, slowdown } = runProjection(source.run, source.tasks, source.attempts, to, createRandom(RANDOM_SEED));
  const walls: ProjectedWall[] = [];
  for (const { concurrency, wallMs: projectedMs } of points) walls.push({ concurrency, projectedMs, actualMs: await batch.wallMsOf((await batch.run(whole(concurrency))).run.runId) });
  await batch.close();
  return { walls, hasSlowdown: slowdown !== null };
}

process.once('disconnect', () => process.exit(1));
const result = await measure(JSON.parse(process.argv[2] ?? '') as ProjectionPlan);
process.send?.(result, () => process.exit());
