import { renderToStaticMarkup } from 'react-dom/server';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { TASK_FLAGS } from '../../../shared/vocabulary.ts';
import { StoreContext } from '../../../renderer/store/use-store.ts';
import { Banner } from '../../../renderer/views/shell/Banner.tsx';
import { ConcurrencyControl } from '../../../renderer/views/shell/ConcurrencyControl.tsx';
import { TaskDrawer } from '../../../renderer/views/task/TaskDrawer.tsx';
import { headerOf, openProgram, taskRow, tasksChanged } from '../program.ts';
import type { Program } from '../program.ts';

/** The part as it is drawn from the state of now; on a server React reads the first one otherwise. */
function drawn({ screen: { store } }: Program, part: ReactNode): string {
  return renderToStaticMarkup(<StoreContext value={{ ...store, getInitialState: store.getState }}>{part}</StoreContext>);
}
const words = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

test('what to know of an answer is a named list, which a paragraph with a label is not', async () => {
  const program = await openProgram(headerOf());
  program.emit(tasksChanged(taskRow(3, 'completed', { flags: TASK_FLAGS.cutShort | TASK_FLAGS.edited })));
  program.frame();
  program.screen.store.getState().openTask(3);
  const html = drawn(program, <TaskDrawer />);
  expect(/<ul aria-label="Flags"[^>]*>(.*?)<\/ul>/u.exec(html)?.[1]?.match(/<li/gu)?.length).toBe(2);
});

test('why fewer tasks run than were asked for is text, not only a tooltip that no keyboard and no screen reader opens', async () => {
  const lowered = headerOf({ effectiveConcurrency: 2, limitedBy: 'rate_limit' });
  expect(words(drawn(await openProgram(lowered), <ConcurrencyControl />))).toContain('2 of the 4 you asked for run at once');
  expect(words(drawn(await openProgram(headerOf()), <ConcurrencyControl />))).not.toContain('you asked for');
});

test('a stop is announced: the place it appears in is a polite live region before there is anything to say', async () => {
  const running = drawn(await openProgram(headerOf()), <Banner />);
  expect(running).toMatch(/^<div aria-live="polite"[^>]*><\/div>$/u);
  const paused = drawn(await openProgram(headerOf({ status: 'paused', stopReason: 'auth' })), <Banner />);
  expect(paused).toMatch(/^<div aria-live="polite"/u);
  expect(words(paused)).toContain('Key rejected.');
  expect(paused).not.toContain('aria-live="off"');
});

test('the count of what still finishes is not read out at every change', async () => {
  expect(drawn(await openProgram(headerOf({ status: 'pausing', running: 3 })), <Banner />)).toMatch(/<section [^>]*aria-live="off"/u);
});
