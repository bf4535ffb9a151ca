import ReactMarkdown from 'react-markdown';
import type { Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

const COMPONENTS: Components = {
  // A link in a model's answer may lead anywhere, so it is shown but leads nowhere; the title names its address.
  a: ({ href, children }) => (
    <span title={href === undefined || href === '' ? 'Link without a safe address' : `Not opened: ${href}`} className="underline decoration-dotted underline-offset-2">
      {children}
    </span>
  ),
  // Loading an image would tell its server that the answer was read.
  img: ({ alt }) => <span className="text-muted">[image{alt === undefined || alt === '' ? '' : `: ${alt}`}]</span>,
  p: ({ children }) => <p className="my-2 first:mt-0 last:mb-0">{children}</p>,
  h1: ({ children }) => <h3 className="mt-4 mb-2 text-title font-semibold first:mt-0">{children}</h3>,
  h2: ({ children }) => <h4 className="mt-4 mb-2 font-semibold first:mt-0">{children}</h4>,
  h3: ({ children }) => <h5 className="mt-3 mb-1 font-semibold first:mt-0">{children}</h5>,
  ul: ({ children }) => <ul className="my-2 list-disc pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="my-2 list-decimal pl-5">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => <blockquote className="my-2 border-l-2 border-border pl-3 text-secondary">{children}</blockquote>,
  hr: () => <hr className="my-4 border-border" />,
  pre: ({ children }) => <pre className="my-2 overflow-auto rounded border border-border bg-raised p-2 font-mono text-small [&_code]:bg-transparent [&_code]:p-0">{children}</pre>,
  code: ({ children }) => <code className="rounded-[4px] bg-raised px-1 font-mono text-small">{children}</code>,
  table: ({ children }) => (
    <div className="my-2 overflow-auto">
      <table className="border-collapse text-small">{children}</table>
    </div>
  ),
  th: ({ children }) => <th className="border border-border bg-raised px-2 py-1 text-left font-medium">{children}</th>,
  td: ({ children }) => <td className="border border-border px-2 py-1 align-top">{children}</td>,
  input: ({ checked }) => <span aria-label={checked === true ? 'done' : 'open'}>{checked === true ? '☑ ' : '☐ '}</span>,
};

/** A model's answer as Markdown: no raw HTML, no images from anywhere, no links that navigate. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="leading-5 break-words select-text">
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
