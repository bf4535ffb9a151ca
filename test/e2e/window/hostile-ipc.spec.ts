import { writeFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';
import { call, command, refusal, type PageScope } from './page.ts';

const REQUEST_CHANNEL = 'tasklane:request';
const PRIVATE_CHANNEL = 'tasklane:private';

test('hostile 77: wrong types, unknown commands and huge payloads are answered with an error, and the app goes on', async ({ openApp }) => {
  const { page } = await openApp();
  const names: readonly unknown[] = [null, undefined, 5, {}, [], '', 'run', 'toString', '__proto__', 'constructor', 'run.explode', 'x'.repeat(10_000)];
  for (const name of names) expect(refusal(await call(page, name, {})).code, `name ${JSON.stringify(name)?.slice(0, 40)}`).toBe('command_unknown');

  const inputs: readonly unknown[] = [null, undefined, 'text', 7, [], { batchId: 1 }, { batchId: 'b', limit: '3' }, { batchId: 'b', limit: Number.NaN }, { batchId: 'b', limit: -1 }];
  for (const input of inputs) expect(refusal(await call(page, 'run.start', input)).code, `input ${JSON.stringify(input)}`).toBe('command_invalid');
  expect(refusal(await call(page, 'run.start', JSON.parse('{"batchId": "b", "limit": null, "__proto__": {"limit": 3}}'))).code).toMatch(/^(command_invalid|batch_not_found)$/u);

  const huge = await page.evaluate(() => (globalThis as PageScope).tasklane.call('run.retry', { runId: 'r', indices: Array.from({ length: 2_000_001 }, (_, index) => index) }));
  expect(refusal(huge)).toEqual({ code: 'command_invalid', message: expect.stringContaining('2,000,000 values'), hint: 'Give large data as a file.' });
  const deep = await page.evaluate(() => {
    const root: { child?: object } = {};
    let leaf: { child?: object } = root;
    for (let depth = 0; depth < 500; depth += 1) leaf = leaf.child = {};
    return (globalThis as PageScope).tasklane.call('source.paste', root);
  });
  expect(refusal(deep).code).toBe('command_invalid');
  const uncloneable = await page.evaluate(() => (globalThis as PageScope).tasklane.call('source.paste', { text: () => 'never' }));
  expect(refusal(uncloneable).code).toBe('command_invalid');

  expect((await command(page, 'app.snapshot', {})).host).toBe('window');
});

test('hostile 78: a foreign frame has no bridge, and a request in its name is refused', async ({ openApp }) => {
  const { page, window } = await openApp({ toleratesPageErrors: true });
  const inFrame = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<p>foreign</p>';
    document.body.append(frame);
    return frame.contentWindow === null ? 'no frame' : 'tasklane' in frame.contentWindow;
  });
  expect(inFrame).toBe(false);

  // Only the double can speak in a frame's name; real Electron gives no frame the means to.
  const double = window?.double;
  const frames = [
    { url: 'https://attacker.example/', parent: null },
    { url: 'app://tasklane.attacker.example/', parent: null },
    { url: 'app://tasklane@attacker.example/', parent: null },
    { url: 'file:///app://tasklane/', parent: null },
    { url: 'about:blank', parent: null },
    { url: 'app://tasklane/', parent: { url: 'app://tasklane/' } },
    null,
  ];
  for (const frame of double === null || double === undefined ? [] : frames) {
    for (const [channel, values] of [[REQUEST_CHANNEL, ['app.snapshot', {}]], [PRIVATE_CHANNEL, [{ kind: 'addFiles', paths: ['/etc/passwd'] }]]] as const) {
      const answer = (await double?.call('invokeAs', frame, channel, values)) as { readonly value: { readonly ok: boolean; readonly error?: { readonly code: string } } };
      expect({ ok: answer.value.ok, code: answer.value.error?.code }, `${JSON.stringify(frame)} on ${channel}`).toEqual({ ok: false, code: 'forbidden' });
    }
  }
});

test('hostile 79: a path or address that the user did not choose is refused wherever an id is expected', async ({ openApp }) => {
  const { page } = await openApp();
  const options = { format: null, delimiter: null, header: null };
  for (const id of ['/etc/passwd', '../../etc/passwd', 'file:///etc/passwd', 'C:\\Windows\\win.ini', 'https://attacker.example/tasks.csv']) {
    expect(refusal(await call(page, 'source.preview', { sourceIds: [id], options })).code, id).toBe('source_unknown');
    expect(refusal(await call(page, 'export.chart', { targetId: id, encoding: 'utf8', data: '<svg/>' })).code, id).toBe('target_unknown');
  }
  const invented = await page.evaluate(() => (globalThis as PageScope).tasklane.addFiles([new File(['secret'], '/etc/passwd')]));
  expect(refusal(invented).code).toBe('file_unreadable');
  const forged = await page.evaluate(() => (globalThis as PageScope).tasklane.addFiles([{ path: '/etc/passwd', name: 'passwd' }]));
  expect(refusal(forged).code).toBe('file_unreadable');
});

test('a dropped file arrives by its path, and the page learns an id and a name but no path', async ({ openApp }, testInfo) => {
  const { page, window } = await openApp();
  const path = testInfo.outputPath('tasks of mine.csv');
  await writeFile(path, 'prompt\nWhat is 1 + 1?\nWhat is 2 + 2?\n');
  await window?.filePaths({ 'tasks of mine.csv': path });
  await page.evaluate(() => {
    const input = document.createElement('input');
    Object.assign(input, { id: 'own-input', type: 'file', hidden: true });
    document.body.append(input);
  });
  await page.locator('#own-input').setInputFiles(path);
  const reply = await page.evaluate(() => (globalThis as PageScope).tasklane.addFiles([...((document.getElementById('own-input') as HTMLInputElement).files ?? [])]));
  expect(reply).toEqual({ ok: true, value: [{ sourceId: expect.any(String), name: 'tasks of mine.csv', sizeBytes: 37 }] });
  expect(JSON.stringify(reply)).not.toContain(testInfo.outputDir);
});
