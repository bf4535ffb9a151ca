import { Copy } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../../components/Button.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { useApp } from '../../store/use-store.ts';
import { Section } from './Section.tsx';

const FOLDED_CHARACTERS = 1200;
const SHOWN_CHARACTERS = 100_000;

function LongText({ text }: { readonly text: string }) {
  const [unfolded, setUnfolded] = useState(false);
  const most = unfolded ? SHOWN_CHARACTERS : FOLDED_CHARACTERS;
  return (
    <>
      <pre dir="auto" className="font-mono text-small leading-5 break-words whitespace-pre-wrap select-text">
        {visibleText(text.slice(0, most))}
        {text.length > most && '…'}
      </pre>
      {text.length > FOLDED_CHARACTERS && (
        <button type="button" className="mt-1 rounded text-small text-accent hover:underline" onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
        </button>
      )}
    </>
  );
}

/** What is sent for the task, as rendered for the run; before a run the input row's beginning. */
export function PromptSection({ index }: { readonly index: number }) {
  const task = useApp((state) => state.task);
  const digest = useApp((state) => state.digests.get(index)?.digest ?? null);
  const copy = useApp((state) => state.copy);
  const prompt = task?.prompt ?? digest?.prompt ?? '';
  return (
    <>
      {task !== null && task.system !== '' && (
        <Section title="System prompt">
          <LongText text={task.system} />
        </Section>
      )}
      <Section title="Prompt" actions={task !== null && <IconButton icon={Copy} label="Copy prompt" onClick={() => void copy(task.prompt, 'the prompt')} />}>
        <LongText key={index} text={prompt} />
      </Section>
    </>
  );
}
