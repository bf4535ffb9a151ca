import { createWorkplace } from '../cli/tasklane.ts';
import { startOpenAiServer } from '../fixtures/openai-server.ts';
import { expect, test } from './fixtures.ts';
import { startServeHost } from './serve-host.ts';

const TOTAL = 6;
const QUICK = 2;

test('case 48: opened while the terminal runs a batch, the screen says that it only reads, and shows the run move to its end', async ({ openApp }) => {
  const held = Promise.withResolvers<void>();
  const provider = await startOpenAiServer({ latencyMs: ({ prompt }) => (Number(prompt.split(' ')[1]) < QUICK ? 0 : held.promise.then(() => 0)) });
  const place = await createWorkplace();
  const file = await place.write('questions.csv', `prompt\n${Array.from({ length: TOTAL }, (_, row) => `question ${row}`).join('\n')}\n`);
  const terminal = place.start(['run', file, '--template', '{{prompt}}', '--base-url', provider.baseUrl, '--model', 'test-model', '--concurrency', '3']);
  await expect.poll(() => provider.inFlight).toBe(3);

  const holder = `Tasklane's terminal (process ${terminal.child.pid})`;
  // Any number may read; in the terminal it is said as well.
  const other = await startServeHost(place.dataDir);
  expect(other.log()).toContain(`Read only: ${holder} writes to this data folder; this one follows it.`);
  expect(await other.stop()).toBe(0);
  const app = await openApp({ dataDir: place.dataDir });
  const { page } = app;
  const strip = page.getByRole('region', { name: 'Read only' });
  await expect(strip).toContainText(`${holder} writes to this data folder`);
  await expect(page.getByTestId('run-status')).toHaveText('Running');
  await expect(page.getByTestId('count-completed')).toHaveText(String(QUICK));
  await expect(page.getByTestId('count-running')).toHaveText('3');
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeDisabled();

  held.resolve();
  await expect(page.getByTestId('count-completed')).toHaveText(String(TOTAL));
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  await expect(page.getByText(`answer to: question ${TOTAL - 1}`)).toBeVisible();
  expect((await terminal.ended).exitCode).toBe(0);
  await expect(strip).toContainText('The other Tasklane has ended');
  await app.close();
  await provider.close();
  await place.remove();
});
