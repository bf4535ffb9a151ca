import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { toErrorInfo } from '../shared/errors.ts';
import { connect } from './client/browser.ts';
import type { TasklaneClient } from './client/client.ts';
import { browserServices } from './store/browser-services.ts';
import { createScreen } from './store/store.ts';
import { StoreContext } from './store/use-store.ts';
import './styles/base.css';
import { App } from './views/App.tsx';
import { ErrorBoundary } from './views/ErrorBoundary.tsx';
import { FullPage } from './views/FullPage.tsx';
import { performMenuAction } from './views/shell/use-shortcuts.ts';
import { followTheme, showTheme } from './views/theme.ts';

function showApp(root: ReturnType<typeof createRoot>, client: TasklaneClient): void {
  const screen = createScreen(browserServices(client));
  followTheme(screen.store);
  screen.open();
  client.onMenu((action) => performMenuAction(screen.store, action));
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <StoreContext value={screen.store}>
          <App />
        </StoreContext>
      </ErrorBoundary>
    </StrictMode>,
  );
}

async function start(): Promise<void> {
  const element = document.getElementById('root');
  if (element === null) throw new Error('Expected an element with the id root.');
  const root = createRoot(element);
  showTheme('system');
  try {
    showApp(root, await connect());
  } catch (thrown) {
    const { message, hint, code } = toErrorInfo(thrown);
    root.render(<FullPage title={message} sentence={hint} code={code} />);
  }
}

void start();
