const INTRODUCTION = `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- NAME\` measures one part again and replaces only that. Machines are noisy, so
what counts is a ratio within one run: the contenders take turns, a figure is the median of all rounds with the least and
the greatest in brackets, and the provider is a mock server in a process of its own. How each bench works is in
\`test/bench/README.md\`.`;

/** The sections of an earlier document by name; none for an empty text. */
export function sectionsOf(document: string): ReadonlyMap<string, string> {
  const parts = document.split(/^(?=## )/mu).filter((part) => part.startsWith('## '));
  return new Map(parts.map((part) => [part.slice('## '.length, part.indexOf('\n')).trim(), part.trim()]));
}

/** The document with these sections in place of those of the same name; `order` names all sections that may stand in it. */
export function withSections(document: string, fresh: ReadonlyMap<string, string>, order: readonly string[]): string {
  const all = new Map([...sectionsOf(document), ...fresh]);
  return `${[INTRODUCTION, ...order.flatMap((name) => all.get(name) ?? [])].join('\n\n')}\n`;
}
