import { expect, test } from 'vitest';
import { classifyCause, classifyStatus, explainCause } from '../../electron/executors/classify.ts';

test('every status has the class of the policy', () => {
  const statuses = [204, 301, 308, 400, 401, 402, 403, 404, 405, 408, 409, 413, 418, 422, 425, 429, 500, 501, 502, 503, 504, 505, 520, 524, 529, 599];
  expect(Object.fromEntries(statuses.map((status) => [status, classifyStatus(status, [])]))).toEqual({
    204: 'invalid_response',
    301: 'redirect',
    308: 'redirect',
    400: 'bad_request',
    401: 'auth',
    402: 'quota',
    403: 'auth',
    404: 'bad_request',
    405: 'bad_request',
    408: 'server',
    409: 'server',
    413: 'bad_request',
    418: 'bad_request',
    422: 'bad_request',
    425: 'server',
    429: 'rate_limit',
    500: 'server',
    501: 'bad_request',
    502: 'server',
    503: 'server',
    504: 'server',
    505: 'bad_request',
    520: 'server',
    524: 'server',
    529: 'server',
    599: 'server',
  });
});

test('a code decides before the status, whether it stands in code or in type, but only below 500', () => {
  expect([
    classifyStatus(429, ['rate_limit_exceeded', 'insufficient_quota']),
    classifyStatus(403, ['insufficient_user_quota']),
    classifyStatus(413, ['tokens_limit_reached']),
    classifyStatus(400, ['context_length_exceeded']),
    classifyStatus(500, ['insufficient_quota']),
  ]).toEqual(['quota', 'quota', 'context_length', 'context_length', 'server']);
});

test('causes are told apart by their code', () => {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', null, 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'HPE_INVALID'];
  expect(codes.map((code) => classifyCause(code))).toEqual(['network', 'network', 'network', 'network', 'tls', 'tls', 'tls', 'invalid_response']);
});

test('every cause is explained in a sentence, and an unknown one names its code', () => {
  expect([explainCause('ECONNREFUSED'), explainCause('E_NEW'), explainCause('ERR_TLS_NEW'), explainCause('HPE_NEW'), explainCause(null)]).toEqual([
    'The connection was refused: nothing listens at that address.',
    'The connection failed (E_NEW).',
    'No trusted TLS connection came about (ERR_TLS_NEW).',
    'What answered does not speak HTTP (HPE_NEW).',
    'The connection failed.',
  ]);
});
