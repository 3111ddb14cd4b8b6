import { Api } from './api.js';
import { byId, element, replace } from './elements.js';
import { QualityView } from './quality-view.js';
import { RoomView } from './room-view.js';
import { nameOf } from './words.js';

const LOOK_MILLIS = 1500;
const PAGE = 50;

/** The console: looks at the server every now and then, shows what it finds, and does what is asked. */
class Console {
  #api = new Api();
  #quality = new QualityView();
  #room = new RoomView(this.#api, (work) => this.#act(work), (participant) => this.#chooseParticipant(participant));
  #roomId = new URLSearchParams(location.search).get('room') ?? '';
  #participantId = '';
  #pages = 1;
  #timer = 0;
  #looking = false;
  #auditSeq = 0;
  #auditAllowed = true;

  start() {
    byId('sign-in').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#api.token = byId('token').value;
      byId('token').value = '';
      this.#look();
    });
    byId('sign-out').addEventListener('click', () => this.#signOut());
    byId('filter').addEventListener('input', () => {
      this.#pages = 1;
      this.#look();
    });
    byId('more-rooms').addEventListener('click', () => {
      this.#pages++;
      this.#look();
    });
    document.addEventListener('visibilitychange', () => document.hidden || this.#look());
    this.#quality.open('');
    this.#look();
  }

  #signOut() {
    this.#api.token = '';
    location.reload();
  }

  /** Looks once, and again after a while; not while nobody looks at the page. */
  async #look() {
    clearTimeout(this.#timer);
    if (this.#looking || document.hidden) {
      return;
    }
    this.#looking = true;
    try {
      await this.#show();
      this.#trouble('');
      this.#timer = setTimeout(() => this.#look(), LOOK_MILLIS);
    } catch (problem) {
      if (problem.wantsToken) {
        this.#askForToken(problem);
      } else {
        this.#trouble(`The server cannot be asked: ${problem.message}`);
        this.#timer = setTimeout(() => this.#look(), LOOK_MILLIS);
      }
    } finally {
      this.#looking = false;
    }
  }

  #askForToken(problem) {
    byId('console').hidden = true;
    byId('sign-in').hidden = false;
    byId('sign-in-error').hidden = !this.#api.hasToken;
    byId('sign-in-error').textContent = problem.message;
    this.#api.token = '';
    byId('token').focus();
  }

  async #show() {
    const rooms = await this.#rooms();
    byId('console').hidden = false;
    byId('sign-in').hidden = true;
    byId('sign-out').hidden = !this.#api.hasToken;
    const people = rooms.reduce((sum, { participants }) => sum + participants.length, 0);
    byId('summary').textContent = `${rooms.length} ${rooms.length === 1 ? 'room' : 'rooms'} shown, ${people} in them`;
    this.#showRooms(rooms);
    const room = await this.#found(this.#roomId && this.#api.room(this.#roomId));
    const captures = room && (await this.#found(this.#api.captures(room.id)));
    this.#room.show(room, captures ?? [], this.#participantId);
    await this.#showQuality(room, rooms);
    await this.#showAudit();
  }

  /** What there is; null for what there is not (any more). */
  async #found(answer) {
    try {
      return (await answer) || null;
    } catch (problem) {
      if (problem.status === 404) {
        return null;
      }
      throw problem;
    }
  }

  async #rooms() {
    const rooms = [];
    for (let page = 0; page < this.#pages; page++) {
      const after = rooms.at(-1)?.id ?? '';
      const more = await this.#api.rooms({ prefix: byId('filter').value, after, limit: PAGE });
      rooms.push(...more);
      byId('more-rooms').hidden = more.length < PAGE;
      if (more.length < PAGE) {
        break;
      }
    }
    return rooms;
  }

  #showRooms(rooms) {
    const entries = rooms.map(({ id, participants, waiting, policy }) => ({
      id,
      words: [`${participants.length}`, waiting.length > 0 ? `+${waiting.length}` : '', policy.locked ? 'locked' : ''].filter(Boolean).join(' '),
    }));
    replace(byId('rooms'), JSON.stringify([entries, this.#roomId]), () =>
      entries.map(({ id, words }) =>
        element(
          'li',
          {},
          element(
            'button',
            { type: 'button', 'aria-current': String(id === this.#roomId), onclick: () => this.#chooseRoom(id) },
            element('span', {}, id),
            element('span', { class: 'quiet' }, words),
          ),
        ),
      ),
    );
  }

  #chooseRoom(id) {
    this.#roomId = id;
    this.#chooseParticipant('');
  }

  #chooseParticipant(id) {
    this.#participantId = id;
    this.#quality.open('');
    this.#look();
  }

  async #showQuality(room, rooms) {
    const participant = room?.participants.find(({ id }) => id === this.#participantId);
    if (!participant) {
      this.#follow(rooms);
      return;
    }
    const [downlink, quality] = await Promise.all([
      this.#found(this.#api.downlink(room.id, participant.id)),
      this.#found(this.#api.quality(room.id, participant.id)),
    ]);
    if (downlink === null || quality === null || participant.id !== this.#participantId) {
      return;
    }
    if (byId('quality').hidden) {
      this.#quality.open(nameOf(participant));
    }
    const owners = new Map(room.participants.flatMap((each) => each.tracks.map((track) => [track.id, `${nameOf(each)}, ${track.source}`])));
    this.#quality.show(downlink, quality, (track) => owners.get(track) ?? track);
  }

  /** Whoever was chosen has left the room, or was moved: then this goes along. */
  #follow(rooms) {
    const moved = rooms.find(({ participants }) => participants.some(({ id }) => id === this.#participantId));
    if (moved) {
      this.#roomId = moved.id;
    } else if (this.#participantId) {
      this.#chooseParticipant('');
    }
  }

  async #showAudit() {
    if (!this.#auditAllowed) {
      return;
    }
    try {
      const entries = await this.#api.audit(this.#auditSeq);
      for (const { seq, time, actor, action, room, target, status } of entries) {
        this.#auditSeq = Math.max(this.#auditSeq, seq);
        const words = `${new Date(time).toLocaleTimeString()} ${actor}: ${action.replace('/api/v1', '')} · ${[room, target].filter(Boolean).join(' ')} · ${status}`;
        byId('audit').prepend(element('li', {}, words));
      }
    } catch (problem) {
      if (problem.status !== 403) {
        throw problem;
      }
      this.#auditAllowed = false;
      byId('no-audit').hidden = false;
    }
  }

  async #act(work) {
    try {
      await work();
      this.#trouble('');
    } catch (problem) {
      this.#trouble(problem.message);
      return;
    }
    this.#look();
  }

  #trouble(words) {
    byId('trouble').textContent = words;
    byId('trouble').hidden = words === '';
  }
}

new Console().start();
