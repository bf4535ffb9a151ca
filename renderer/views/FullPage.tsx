import type { ReactNode } from 'react';

interface FullPageProps {
  readonly title: string;
  readonly sentence: string;
  /** Stable code of the error; null for information. */
  readonly code: string | null;
  readonly children?: ReactNode;
}

/** One message instead of the app: while it opens, without access, or after a fault of its own. */
export function FullPage({ title, sentence, code, children }: FullPageProps) {
  return (
    <main className="flex h-full flex-col items-center justify-center gap-2 px-8 text-center">
      <h1 className="max-w-xl text-title font-semibold break-words">{title}</h1>
      {sentence !== '' && <p className="max-w-lg break-words text-secondary select-text">{sentence}</p>}
      {code !== null && <p className="font-mono text-label text-muted select-text">{code}</p>}
      {children !== undefined && <div className="mt-4 flex gap-2">{children}</div>}
    </main>
  );
}
