import { promptProblem } from '../../store/prompt-problem.ts';
import { useApp } from '../../store/use-store.ts';

/** Why the batch can't be started as its draft stands, in a sentence; null when it can. */
export function useStartable(): string | null {
  return useApp((state) => {
    const { draft, detail, providers } = state;
    if (draft === null || detail === null) return 'The batch is being loaded.';
    if (draft.template.trim() === '') return 'The prompt is empty. Write one on the Prompt tab.';
    const problem = promptProblem(draft.template, draft.system, detail.columns);
    if (problem !== null) return problem;
    const provider = providers.find((known) => known.id === draft.providerId);
    if (provider === undefined) return 'The provider of this batch was removed. Choose another on the Prompt tab.';
    if (!provider.simulated && draft.model.trim() === '') return 'No model is chosen. Name one on the Prompt tab.';
    return null;
  });
}
