const TEXT = 'A short answer that says what was asked for, and nothing else.';
const MODEL = 'bench-1';
const USAGE = { prompt_tokens: 50, completion_tokens: 13, total_tokens: 63 };

function response(contentType: string, body: string, status = '200 OK'): Buffer {
  return Buffer.from(`HTTP/1.1 ${status}\r\ncontent-type: ${contentType}\r\nx-request-id: req-1\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function json(value: object): Buffer {
  return response('application/json', JSON.stringify(value));
}

function chunk(choices: readonly object[], usage: object | null): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: MODEL, choices, usage })}\n\n`;
}

/** A whole answer, made once: the server must cost next to nothing. */
export const COMPLETION = json({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 0,
  model: MODEL,
  choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
  usage: USAGE,
});

/** The same answer as server-sent events, all at once. */
export const STREAM = response(
  'text/event-stream',
  [
    chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }], null),
    ...TEXT.split(/(?<= )/u).map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }], null)),
    chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], null),
    chunk([], USAGE),
    'data: [DONE]\n\n',
  ].join(''),
);

function httpChunk(body: string): string {
  return `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
}

/** A stream in pieces, for answers that take their time: its head, a token as often as wanted, and its end. */
export const TOKEN = 'token ';
export const STREAM_HEAD = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: req-1\r\ntransfer-encoding: chunked\r\n\r\n${httpChunk(chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }], null))}`);
export const STREAM_TOKEN = Buffer.from(httpChunk(chunk([{ index: 0, delta: { content: TOKEN }, finish_reason: null }], null)));
export const STREAM_LAST = Buffer.from(`${httpChunk(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], null))}${httpChunk(chunk([], USAGE))}${httpChunk('data: [DONE]\n\n')}0\r\n\r\n`);

export const MODELS = json({ object: 'list', data: [{ id: MODEL, object: 'model', created: 0, owned_by: 'bench' }] });
export const NOT_FOUND = response('application/json', JSON.stringify({ error: { message: 'Not an address of this server.', type: 'not_found', code: null } }), '404 Not Found');
export const okJson = json;
