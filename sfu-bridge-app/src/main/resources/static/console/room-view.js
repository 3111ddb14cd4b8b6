import { CaptureView } from './capture-view.js';
import { ask, button, byId, element, replace } from './elements.js';
import { nameOf } from './words.js';

/** One room: who is in it or waits, what they publish, and what can be done to them. */
export class RoomView {
  #api;
  #act;
  #choose;
  #captures;
  #room = null;
  #chosen = '';

  /**
   * @param {import('./api.js').Api} api
   * @param {(work: () => Promise<unknown>) => Promise<void>} act does something and then looks again
   * @param {(participant: string) => void} choose shows the quality of a participant
   */
  constructor(api, act, choose) {
    this.#api = api;
    this.#act = act;
    this.#choose = choose;
    this.#captures = new CaptureView(api, act);
    byId('lock').addEventListener('click', () => act(() => api.setLocked(this.#room.id, !this.#room.policy.locked)));
    byId('close').addEventListener('click', () => this.#close());
  }

  /**
   * @param {object | null} room as the API answers
   * @param {object[]} captures of it
   * @param {string} chosen whose quality is shown
   */
  show(room, captures, chosen) {
    this.#room = room;
    this.#chosen = chosen;
    byId('room').hidden = room === null;
    byId('no-room').hidden = room !== null;
    if (room === null) {
      return;
    }
    byId('room-name').textContent = room.id;
    byId('room-rules').textContent = rules(room);
    byId('lock').setAttribute('aria-pressed', String(room.policy.locked));
    byId('lock').textContent = room.policy.locked ? 'Locked' : 'Lock';
    replace(byId('participants'), JSON.stringify([room.id, room.participants, room.waiting, chosen]), () => [
      ...room.participants.map((participant) => this.#row(participant)),
      ...room.waiting.map((participant) => this.#waiting(participant)),
    ]);
    this.#captures.show(room, captures);
  }

  #row(participant) {
    const { id } = participant;
    return element(
      'tr',
      { 'aria-selected': String(id === this.#chosen), 'data-participant': id },
      element('td', {}, button(nameOf(participant), () => this.#choose(id), { class: 'link' }), element('div', { class: 'quiet' }, about(participant))),
      element('td', {}, element('ul', {}, ...participant.tracks.map((track) => this.#track(id, track)))),
      element(
        'td',
        { class: 'acts' },
        button('Capture…', () => this.#captures.begin(this.#room.id, participant)),
        button('Move…', () => this.#move(participant)),
        button('Remove…', () => this.#remove(participant), { class: 'danger' }),
      ),
    );
  }

  #waiting(participant) {
    const { id } = this.#room;
    return element(
      'tr',
      { 'data-participant': participant.id },
      element('td', {}, nameOf(participant), element('div', { class: 'quiet' }, 'waits to be admitted')),
      element('td', {}),
      element(
        'td',
        { class: 'acts' },
        button('Admit', () => this.#act(() => this.#api.admit(id, participant.id))),
        button('Turn away', () => this.#act(() => this.#api.remove(id, participant.id, 0)), { class: 'danger' }),
      ),
    );
  }

  #track(participant, track) {
    const room = this.#room.id;
    const words = [track.source === 'unknown' ? track.kind : track.source, track.encrypted ? 'encrypted' : '', track.muted ? 'muted' : ''];
    return element(
      'li',
      {},
      element('span', {}, words.filter(Boolean).join(', ')),
      track.muted
        ? button('Ask to unmute', () => this.#act(() => this.#api.askToUnmute(room, participant, track.id)))
        : button('Mute', () => this.#act(() => this.#api.mute(room, participant, track.id))),
    );
  }

  async #move(participant) {
    const { id } = this.#room;
    const answer = await ask({
      words: `Where shall ${nameOf(participant)} go? The call goes on there without a new connection.`,
      yes: 'Move',
      field: 'Room',
    });
    if (answer) {
      await this.#act(() => this.#api.move(id, participant.id, answer.text));
    }
  }

  async #remove(participant) {
    const { id } = this.#room;
    const name = nameOf(participant);
    const answer = await ask({
      words: `Remove ${name} from ${id}? With seconds above 0 they stay out for so long.`,
      yes: 'Remove',
      field: 'Seconds',
      value: '0',
    });
    if (answer) {
      await this.#act(() => this.#api.remove(id, participant.id, Math.max(0, Number.parseInt(answer.text, 10) || 0)));
    }
  }

  async #close() {
    const { id, participants } = this.#room;
    if (await ask({ words: `Close ${id}? ${participants.length} in it are sent away.`, yes: 'Close the room' })) {
      await this.#act(() => this.#api.closeRoom(id));
    }
  }
}

function about({ identity, role, handRaised, permissions }) {
  const may = permissions.publish.length === 0 ? 'may not publish' : '';
  return [identity, role, handRaised ? 'hand raised' : '', may].filter(Boolean).join(' · ');
}

function rules({ participants, waiting, maxParticipants, policy }) {
  return [
    `${participants.length} of ${maxParticipants}`,
    waiting.length > 0 ? `${waiting.length} wait` : '',
    policy.waitingRoom ? 'waiting room' : '',
    policy.encryptionRequired ? 'encryption required' : '',
    policy.maxPublishers > 0 ? `${policy.maxPublishers} publishers` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
