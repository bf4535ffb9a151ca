import { describe, expect, it } from 'vitest';

import { varsFromText, varsToText } from '../../electron/store/batches.ts';
import { createFingerprints, settingsFingerprint } from '../../electron/engine/fingerprint.ts';
import type { Vars } from '../../shared/contract/commands.ts';
import type { RunSettings, TaskEdit } from '../../shared/vocabulary.ts';

const SETTINGS: RunSettings = { template: '{{a}} {{b}}', system: 'Be brief.', providerId: 'p1', providerName: 'Test', baseUrl: 'https://llm.example/v1', simulated: false, model: 'model-1', concurrency: 4, maxAttempts: 5, timeoutMs: 1000, maxTokens: 10, temperature: 0, stream: true };
const NO_EDIT: TaskEdit = { prompt: null, template: null, system: null, model: null, maxTokens: null, temperature: null, timeoutMs: null };
const VARS = varsFromText('[["a","one"],["b","two"]]');
const of = (settings: RunSettings, vars: Vars = VARS, edit: TaskEdit | null = null): string => createFingerprints(settings)({ vars, edit });
const OWN = of(SETTINGS);

describe('a fingerprint', () => {
  it('is the same for the same question: after a restart, in another run, and whatever holds the run or its position', () => {
    expect(OWN).toMatch(/^[0-9a-f]{32}$/);
    expect(of({ ...SETTINGS }, varsFromText(varsToText(VARS)))).toBe(OWN);
    expect(of({ ...SETTINGS, concurrency: 9, maxAttempts: 1, timeoutMs: 5, stream: false, providerId: 'p2', providerName: 'Other' })).toBe(OWN);
    expect(createFingerprints(SETTINGS)({ vars: VARS, edit: null, index: 7, customId: 't8' } as Parameters<ReturnType<typeof createFingerprints>>[0])).toBe(OWN);
    expect(of(SETTINGS, VARS, { ...NO_EDIT, timeoutMs: 99 })).toBe(OWN);
  });

  it.each([
    ['template', { template: '{{a}}  {{b}}' }],
    ['system prompt', { system: '' }],
    ['address', { baseUrl: 'https://llm.example/v2' }],
    ['kind of provider', { simulated: true }],
    ['model', { model: 'model-2' }],
    ['token limit', { maxTokens: null }],
    ['temperature', { temperature: null }],
  ] as const)('is another with another %s', (_what, change) => {
    expect(of({ ...SETTINGS, ...change })).not.toBe(OWN);
    expect(settingsFingerprint({ ...SETTINGS, ...change })).not.toBe(settingsFingerprint(SETTINGS));
  });

  it('is another with any other input, also where the values run together alike', () => {
    const inputs = ['[["a","one"],["b","two"]]', '[["a","one"],["b","Two"]]', '[["a","one "],["b","two"]]', '[["a","onetwo"],["b",""]]', '[["a","one"],["c","two"]]', '[["a","one"]]', '[["a","one"],["b","two"],["c",""]]', '[["a","one\\",\\"b\\",\\"two"]]', '[["a","one"],["__proto__","two"]]', '[["a","one"],["__proto__","three"]]', '[["a","one"],["toString","two"]]'];
    const fingerprints = inputs.map((text) => of(SETTINGS, varsFromText(text)));
    expect(fingerprints[0]).toBe(OWN);
    expect(new Set(fingerprints).size).toBe(inputs.length);
  });

  it('is that of what is sent after a change: another prompt is another question, the own value is none', () => {
    const edits: Partial<TaskEdit>[] = [{ template: 'x' }, { system: 'x' }, { model: 'x' }, { maxTokens: 11 }, { temperature: 1 }, { prompt: 'one two' }, { prompt: 'x' }];
    expect(new Set([OWN, ...edits.map((edit) => of(SETTINGS, VARS, { ...NO_EDIT, ...edit }))]).size).toBe(edits.length + 1);
    expect(of(SETTINGS, VARS, { ...NO_EDIT, model: 'model-1' })).toBe(OWN);
    expect(of(SETTINGS, VARS, { ...NO_EDIT, model: 'model-2' })).toBe(of({ ...SETTINGS, model: 'model-2' }));
  });
});
