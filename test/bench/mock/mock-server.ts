import { createServer, type AddressInfo, type Socket } from 'node:net';
import { COMPLETION, MODELS, NOT_FOUND, okJson, STREAM } from './answers.ts';
import { paceStream } from './paced-streams.ts';
import { TAKE_PATH, type ServerCount } from './protocol.ts';

// The provider of the benches, as a process of its own. HTTP/1.1 straight on sockets with ready-made answers: on Node's
// HTTP server the server, not the client, would be the bottleneck. Only what our contenders send is understood: one
// request at a time on a connection, with a content-length.
const HEAD_END = '\r\n\r\n';
const CHAT = /^POST \/delay\/(?<delay>\d{1,6})\/v1\/chat\/completions HTTP/u;
const STREAM_CHAT = /^POST \/stream\/(?<tokens>\d{1,6})\/(?<gap>\d{1,6})\/v1\/chat\/completions HTTP/u;
const LENGTH = /\r\ncontent-length: *(?<length>\d+)\r\n/iu;

const seen = { answered: 0, firstMs: 0, lastMs: 0, inFlight: 0, peakInFlight: 0, cpuAtFirst: process.cpuUsage(), cpuMs: 0 };

function begin(): void {
  if (seen.firstMs === 0) {
    seen.firstMs = performance.now();
    seen.cpuAtFirst = process.cpuUsage();
  }
  seen.inFlight += 1;
  seen.peakInFlight = Math.max(seen.peakInFlight, seen.inFlight);
}

function end(): void {
  seen.inFlight -= 1;
  seen.answered += 1;
  seen.lastMs = performance.now();
}

function take(): ServerCount {
  const { user, system } = process.cpuUsage(seen.cpuAtFirst);
  const count = { answered: seen.answered, windowMs: seen.answered === 0 ? 0 : seen.lastMs - seen.firstMs, peakInFlight: seen.peakInFlight, cpuMs: (user + system) / 1000 };
  Object.assign(seen, { answered: 0, firstMs: 0, lastMs: 0, inFlight: 0, peakInFlight: 0 });
  return count;
}

function answerChat(socket: Socket, delayMs: number, answer: Buffer): void {
  begin();
  if (delayMs === 0) {
    socket.write(answer);
    end();
    return;
  }
  setTimeout(() => {
    if (!socket.destroyed) socket.write(answer);
    end();
  }, delayMs);
}

function answer(socket: Socket, head: string, body: Buffer): void {
  const delay = CHAT.exec(head)?.groups?.['delay'];
  const pace = delay === undefined ? STREAM_CHAT.exec(head)?.groups : undefined;
  if (delay !== undefined) answerChat(socket, Number(delay), body.includes('"stream":true') ? STREAM : COMPLETION);
  else if (pace !== undefined) {
    begin();
    paceStream(socket, { tokens: Number(pace['tokens']), gapMs: Number(pace['gap']) }, end);
  } else if (head.startsWith(`GET ${TAKE_PATH} `)) socket.write(okJson(take()));
  else if (head.includes('/v1/models HTTP')) socket.write(MODELS);
  else socket.write(NOT_FOUND);
}

function serve(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  // A client that goes away takes its connection with it; there is nobody left to tell.
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    const headEnd = pending.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = pending.toString('latin1', 0, headEnd + 2);
    const bodyStart = headEnd + HEAD_END.length;
    const bodyEnd = bodyStart + Number(LENGTH.exec(head)?.groups?.['length'] ?? 0);
    if (pending.length < bodyEnd) return;
    const body = pending.subarray(bodyStart, bodyEnd);
    pending = pending.subarray(bodyEnd);
    answer(socket, head, body);
  });
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit());
