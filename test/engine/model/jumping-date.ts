// Preloaded (--import) into a program under test: its wall clock is off by as many ms as the file TASKLANE_TEST_CLOCK says.
import { readFileSync } from 'node:fs';

const file = process.env['TASKLANE_TEST_CLOCK'] ?? '';
const RealDate = Date;
const nowMs = (): number => RealDate.now() + Number(readFileSync(file, 'utf8'));

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [nowMs()] : given, newTarget) as Date,
  apply: (target) => new target(nowMs()).toString(),
  get: (target, name, receiver): unknown => (name === 'now' ? nowMs : Reflect.get(target, name, receiver)),
});
