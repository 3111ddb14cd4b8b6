const BASE = '/api/v1';
const TOKEN_KEY = 'sluice-console-token';

/** A request that the server did not carry out: its problem (RFC 9457). */
export class Problem extends Error {
  constructor(status, { code = 'internal', detail = `HTTP ${status}` }) {
    super(detail);
    this.status = status;
    this.code = code;
  }

  /** Whether another token might be let in. */
  get wantsToken() {
    return this.status === 401;
  }
}

/** The REST API (docs/rest.md) with the token of this tab. */
export class Api {
  get hasToken() {
    return this.#token !== '';
  }

  set token(token) {
    if (token) {
      sessionStorage.setItem(TOKEN_KEY, token.trim());
    } else {
      sessionStorage.removeItem(TOKEN_KEY);
    }
  }

  get #token() {
    return sessionStorage.getItem(TOKEN_KEY) ?? '';
  }

  /** @param {{prefix?: string, after?: string, limit: number}} filter */
  rooms(filter) {
    const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
    return this.#send('GET', `/rooms?${query}`);
  }

  room(room) {
    return this.#send('GET', path('rooms', room));
  }

  setLocked(room, locked) {
    return this.#send('PATCH', path('rooms', room), { policy: { locked } });
  }

  closeRoom(room) {
    return this.#send('DELETE', path('rooms', room));
  }

  downlink(room, participant) {
    return this.#send('GET', `${path('rooms', room, 'participants', participant)}/downlink`);
  }

  quality(room, participant) {
    return this.#send('GET', `${path('rooms', room, 'participants', participant)}/quality`);
  }

  captures(room) {
    return this.#send('GET', `${path('rooms', room)}/captures`);
  }

  beginCapture(room, participant, seconds, payload) {
    return this.#send('POST', `${path('rooms', room, 'participants', participant)}/captures`, { seconds, payload });
  }

  stopCapture(room, capture) {
    return this.#send('POST', `${path('rooms', room, 'captures', capture)}/stop`);
  }

  removeCapture(room, capture) {
    return this.#send('DELETE', path('rooms', room, 'captures', capture));
  }

  /** @returns {Promise<Blob>} */
  async captureFile(room, capture) {
    return (await this.#request('GET', `${path('rooms', room, 'captures', capture)}/pcapng`)).blob();
  }

  admit(room, participant) {
    return this.#send('POST', `${path('rooms', room, 'participants', participant)}/admit`);
  }

  move(room, participant, target) {
    return this.#send('POST', `${path('rooms', room, 'participants', participant)}/move`, { room: target });
  }

  remove(room, participant, banSeconds) {
    const query = banSeconds > 0 ? `?banSeconds=${banSeconds}` : '';
    return this.#send('DELETE', path('rooms', room, 'participants', participant) + query);
  }

  mute(room, participant, track) {
    return this.#send('POST', `${path('rooms', room, 'participants', participant, 'tracks', track)}/mute`);
  }

  askToUnmute(room, participant, track) {
    return this.#send('POST', `${path('rooms', room, 'participants', participant, 'tracks', track)}/ask-to-unmute`);
  }

  audit(after) {
    return this.#send('GET', `/audit?limit=200&after=${after}`);
  }

  /** Answers with what is said in JSON; null for nothing. */
  async #send(method, target, body) {
    const response = await this.#request(method, target, body);
    return isJson(response) ? response.json() : null;
  }

  async #request(method, target, body) {
    const headers = {};
    if (this.hasToken) {
      headers.Authorization = `Bearer ${this.#token}`;
    }
    if (body) {
      headers['Content-Type'] = 'application/json';
    }
    const response = await fetch(BASE + target, { method, headers, body: body && JSON.stringify(body), cache: 'no-store' });
    if (!response.ok) {
      throw new Problem(response.status, isJson(response) ? await response.json() : {});
    }
    return response;
  }
}

function isJson(response) {
  return (response.headers.get('Content-Type') ?? '').includes('json');
}

function path(...segments) {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}
