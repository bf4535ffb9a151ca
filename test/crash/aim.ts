import type { FailpointName } from './edits/failpoints.ts';

/** When a life of the program is ended by SIGKILL. */
export type Aim =
  /** So long after the process was started, ms. */
  | { readonly kind: 'start'; readonly delayMs: number }
  /** So long after its first request has come, ms. */
  | { readonly kind: 'random'; readonly delayMs: number }
  /** The process ends itself when it passes this place for the n-th time, from 1. */
  | { readonly kind: 'point'; readonly name: FailpointName; readonly pass: number }
  /** By the server, as soon as the n-th request of this life has come, from 1. */
  | { readonly kind: 'after-send'; readonly request: number }
  /** As soon as the store's main file is written to, which is what a checkpoint does. */
  | { readonly kind: 'during-checkpoint' }
  /** Not at all. */
  | { readonly kind: 'none' };

/** What a kill is counted under. */
export function aimName(aim: Aim): string {
  return aim.kind === 'point' ? aim.name : aim.kind;
}
