import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes as they are, which no client would, and reads until the server closes or the answer is complete. */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const finish = (): void => {
      const end = received.indexOf('\r\n\r\n');
      const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
      const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
      resolve({ status: Number(statusLine.split(' ')[1] ?? 0), headers, body: received.slice(end + 4) });
      socket.destroy();
    };
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      received += piece;
      const end = received.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/iu.exec(received.slice(0, end))?.[1];
      if (end !== -1 && length !== undefined && Buffer.byteLength(received.slice(end + 4)) >= Number(length)) finish();
    });
    socket.on('end', finish);
    socket.on('close', finish);
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish() : reject(error)));
    socket.write(text);
  });
}

/** A request head with its lines as given; ends the connection after the answer. */
export function head(target: string, ...lines: readonly string[]): string {
  return `${target} HTTP/1.1\r\n${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`;
}
