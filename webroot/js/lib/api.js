/** Calls to the HTTP API. */

/** What the server said is wrong; `errors` are by field. */
export class ApiProblem extends Error {
  constructor(status, problem) {
    super(problem.detail ?? 'The server did not say what is wrong.');
    this.status = status;
    this.errors = problem.errors ?? [];
  }
}

/** Nobody answered: it may have worked or not. */
export class NoAnswer extends Error {
  constructor() {
    super('The server cannot be reached. Try again: nothing is counted twice.');
  }
}

/**
 * @param {string} path below /api/v1
 * @param {{method?: string, body?: object, token?: string, headers?: Record<string, string>}} [options]
 */
export async function call(path, { method = 'GET', body, token, headers = {} } = {}) {
  const all = { Accept: 'application/json', ...headers };
  if (body !== undefined) {
    all['Content-Type'] = 'application/json';
  }
  if (token) {
    all.Authorization = `Bearer ${token}`;
  }
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers: all, body: body && JSON.stringify(body) });
  } catch {
    throw new NoAnswer();
  }
  const content = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new ApiProblem(response.status, content);
  }
  return content;
}

/** A fresh idempotency key; crypto.randomUUID is there on secure origins alone. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
