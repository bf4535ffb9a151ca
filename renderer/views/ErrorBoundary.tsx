import { Component } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { FullPage } from './FullPage.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

/** Shows a fault of the screen itself instead of a white window. The program and its runs go on behind it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };

  static getDerivedStateFromError(thrown: unknown): { readonly message: string } {
    return { message: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <FullPage title="The screen ran into a fault of its own" sentence={`Your runs go on and all results are kept. Load the screen again; if this comes back, please report it with this message: ${this.state.message}`} code="internal">
        <Button look="primary" onClick={() => location.reload()}>
          Load again
        </Button>
      </FullPage>
    );
  }
}
