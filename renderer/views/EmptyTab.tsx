import type { ReactNode } from 'react';

/** What a tab says when it has nothing to show. */
export function EmptyTab({ title, sentence, children }: { readonly title: string; readonly sentence: string; readonly children?: ReactNode }) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-1 px-8 pb-16 text-center">
      <p className="font-medium">{title}</p>
      <p className="max-w-md text-secondary">{sentence}</p>
      {children !== undefined && <div className="mt-3 flex gap-2">{children}</div>}
    </div>
  );
}
