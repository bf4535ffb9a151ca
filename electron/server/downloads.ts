import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { TargetRef } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import type { Tasklane } from '../api/types.ts';
import { attachment } from './headers.ts';

/** A ticket is asked for right before the browser is sent to it. */
const TICKET_LIFE_MS = 60_000;

type Files = Pick<Tasklane, 'addDownload' | 'takeDownload' | 'dropDownload'>;

/** Files that were written for the page, each fetched once by a ticket: a browser's download carries no Authorization header. */
export interface Downloads {
  addTarget(name: string): TargetRef;
  /** A ticket for a target of ours that was written. Throws `target_unknown`. */
  addTicket(targetId: string): Promise<string>;
  /** Streams the file and deletes it. Throws `target_unknown` for a ticket that is unknown, used or too old. */
  send(ticket: string, response: ServerResponse): Promise<void>;
  /** Deletes what nobody fetched. */
  close(): Promise<void>;
}

export function createDownloads(files: Files, ticketLifeMs = TICKET_LIFE_MS): Downloads {
  const targetIds = new Set<string>();
  const tickets = new Map<string, { readonly targetId: string; readonly path: string; readonly name: string; readonly timer: NodeJS.Timeout }>();

  function unknown(): never {
    throw new TasklaneError('target_unknown', 'There is no such download, or it was fetched already.', 'Export again.');
  }
  async function drop(targetId: string): Promise<void> {
    targetIds.delete(targetId);
    await files.dropDownload(targetId);
  }

  return {
    addTarget: (name) => {
      const target = files.addDownload(name);
      targetIds.add(target.targetId);
      return target;
    },
    addTicket: async (targetId) => {
      const file = targetIds.has(targetId) ? files.takeDownload(targetId) : null;
      if (file === null) return unknown();
      try {
        await (await open(file.path, 'r')).close();
      } catch (error) {
        throw new TasklaneError('target_unknown', 'Nothing was written to this download yet.', 'Export again.', { cause: error });
      }
      const ticket = randomBytes(32).toString('base64url');
      const timer = setTimeout(() => {
        tickets.delete(ticket);
        // Deleting is tidiness: what cannot be deleted now goes with the temporary folder.
        drop(targetId).catch(() => undefined);
      }, ticketLifeMs);
      timer.unref();
      tickets.set(ticket, { targetId, path: file.path, name: file.name, timer });
      return ticket;
    },
    send: async (ticket, response) => {
      const found = tickets.get(ticket);
      if (found === undefined) return unknown();
      tickets.delete(ticket);
      clearTimeout(found.timer);
      try {
        const file = await open(found.path, 'r');
        const { size } = await file.stat();
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size, 'content-disposition': attachment(found.name) });
        await pipeline(file.createReadStream(), response);
      } finally {
        await drop(found.targetId);
      }
    },
    close: async () => {
      for (const { timer } of tickets.values()) clearTimeout(timer);
      tickets.clear();
      for (const targetId of targetIds) await drop(targetId);
    },
  };
}
