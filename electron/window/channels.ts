import type { EventBatch } from '../../shared/contract/events.ts';
import type { MenuAction } from '../../shared/contract/bridge.ts';

/** Page to main: a command's name and input; the answer is a Reply. */
export const REQUEST_CHANNEL = 'tasklane:request';
/** Main to page. */
export const EVENT_CHANNEL = 'tasklane:event';
/** Preload to main: what the page must not see, paths of dropped files and dialogs. The answer is a Reply. */
export const PRIVATE_CHANNEL = 'tasklane:private';

export type PageEvent = { readonly kind: 'events'; readonly batch: EventBatch } | { readonly kind: 'menu'; readonly action: MenuAction };

export type PrivateRequest =
  | { readonly kind: 'addFiles'; readonly paths: readonly string[] }
  | { readonly kind: 'chooseFiles' }
  | { readonly kind: 'chooseTarget'; readonly suggestedName: string };
