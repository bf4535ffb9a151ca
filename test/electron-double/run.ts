import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

// node run.ts <main.js> [arguments]: runs a built Electron main process under plain Node.
const [, , mainFile, ...args] = process.argv;
const { ELECTRON_DOUBLE_BROWSER: browserUrl, ELECTRON_DOUBLE_APP: appId } = process.env;
if (mainFile === undefined || browserUrl === undefined || appId === undefined) throw new Error('Expected a main file, ELECTRON_DOUBLE_BROWSER and ELECTRON_DOUBLE_APP');
const double = new URL('electron.ts', import.meta.url).href;
registerHooks({ resolve: (specifier, context, next) => (specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context)) });
// As `electron .` starts an app that is not packaged.
Object.defineProperty(process, 'defaultApp', { value: true });
process.argv = [process.execPath, mainFile, ...args];

const { boot } = await import('./boot.ts');
await boot(pathToFileURL(mainFile).href, browserUrl, appId);
