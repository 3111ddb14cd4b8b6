import { AudioOutlets } from './audio-outlets.js';
import { Grid } from './grid.js';
import { setPressed } from './icons.js';
import { ScreenShare } from './screen-share.js';
import { StatsView } from './stats-view.js';
import { toast } from './toasts.js';
import { ViewWishes } from './view-wishes.js';

const PICTURES = { camera: 'camera', unknown: 'camera', screen: 'screen' };
const byId = (id) => document.getElementById(id);

/** The call: it turns the room's events into tiles, sound and words, and clicks and keys into calls of the SDK. */
export class CallView {
  #media;
  #grid = new Grid(byId('stage'));
  #outlets = new AudioOutlets(byId('audio-outlets'));
  #stats = new StatsView(byId('stats'));
  #room = null;
  #share = null;
  #wishes = null;
  #wakeLock = null;
  #ownName = '';

  /** @param {import('./local-media.js').LocalMedia} media */
  constructor(media) {
    this.#media = media;
    const actions = {
      mic: () => media.toggle('microphone'),
      camera: () => media.toggle('camera'),
      share: () => this.#toggleShare(),
      copy: () => this.#copyLink(),
      'lonely-copy': () => this.#copyLink(),
      'stats-toggle': () => this.#toggleStats(),
      'speaker-layout': () => this.#toggleSpeakerLayout(),
      'page-previous': () => this.#grid.turnPage(-1),
      'page-next': () => this.#grid.turnPage(1),
      settings: () => byId('settings-dialog').showModal(),
      leave: () => this.#room.leave(),
      hear: () => this.#hear(),
    };
    for (const [id, action] of Object.entries(actions)) {
      byId(id).addEventListener('click', () => this.#room && action());
    }
    byId('share').hidden = !ScreenShare.isSupported;
    const keys = {
      m: 'mic',
      v: 'camera',
      s: 'share',
      l: 'copy',
      i: 'stats-toggle',
      p: 'speaker-layout',
      pageup: 'page-previous',
      pagedown: 'page-next',
    };
    this.#grid.addEventListener('arranged', ({ detail }) => this.#arranged(detail));
    document.addEventListener('keydown', (event) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      const typing = event.target.closest?.('input, select, textarea, dialog');
      const id = keys[event.key.toLowerCase()];
      if (this.#room && plain && !typing && id && byId(id).checkVisibility()) {
        event.preventDefault();
        byId(id).click();
      }
    });
    media.addEventListener('change', () => this.#showOneself());
    document.addEventListener('visibilitychange', () => this.#stayAwake());
  }

  get speaker() {
    const outlets = this.#outlets;
    return {
      get id() {
        return outlets.sinkId;
      },
      choose: (deviceId) => outlets.chooseSpeaker(deviceId),
    };
  }

  /** Listens to a room that is about to be joined under this name. */
  open(room, ownName) {
    this.#room = room;
    this.#ownName = ownName;
    this.#share = new ScreenShare(room, (track) => this.#showShare(track));
    this.#wishes = new ViewWishes(room.view);
    const on = (type, listener) => room.addEventListener(type, ({ detail }) => listener(detail));
    on('participantjoined', ({ participant }) => this.#joined(participant));
    on('participantleft', ({ participant }) => this.#left(participant));
    on('trackpublished', ({ track }) => this.#describe(track));
    on('trackmuted', ({ track }) => this.#describe(track));
    on('trackavailability', ({ track, reason }) => this.#tileOf(track)?.setUnavailable(reason));
    on('trackunpublished', ({ track }) => this.#unpublished(track));
    on('trackattached', ({ track, slot }) => this.#attached(track, slot));
    on('trackdetached', ({ track, slot }) => this.#detached(track, slot));
    on('speakers', ({ speakers }) => this.#grid.showSpeakers(speakers.map(({ participant }) => participant.id)));
    on('connectionstate', ({ state }) => this.#showState(state));
    on('playbackblocked', () => (byId('hear').hidden = false));
    on('error', ({ error }) => toast(error.message));
    byId('room-label').textContent = room.name;
    on('moved', () => {
      byId('room-label').textContent = room.name;
      toast(`You have been moved to ${room.name}`);
    });
    this.#showOneself();
    this.#showCount();
    this.#stayAwake();
  }

  /** The call is over; nothing of it stays. */
  close() {
    this.#room = null;
    if (this.#share?.isOn) {
      this.#share.stop();
    }
    this.#share = null;
    this.#wishes?.close();
    this.#wishes = null;
    this.#stats.close();
    setPressed(byId('speaker-layout'), false);
    setPressed(byId('stats-toggle'), false);
    setPressed(byId('share'), false);
    this.#grid.clear();
    this.#outlets.clear();
    byId('hear').hidden = true;
    byId('banner').hidden = true;
    byId('settings-dialog').close();
    this.#wakeLock?.release();
    this.#wakeLock = null;
  }

  /** Oneself has a name and an id now. */
  joined() {
    this.#showOneself();
    this.#showCount();
  }

  #joined(participant) {
    this.#grid.tile(participant, 'camera').setMicrophoneOff(true);
    this.#showCount();
    if (this.#room.localParticipant.id && this.#room.state === 'connected') {
      toast(`${participant.name || participant.identity} joined`);
    }
  }

  #left(participant) {
    this.#grid.remove(participant, 'camera');
    this.#grid.remove(participant, 'screen');
    this.#showCount();
    if (this.#room?.state === 'connected') {
      toast(`${participant.name || participant.identity} left`);
    }
  }

  #describe(track) {
    const { participant } = track;
    if (track.kind === 'video') {
      const tile = this.#grid.tile(participant, PICTURES[track.source]);
      tile.setPictureMuted(track.muted);
      if (tile.wanted !== track) {
        tile.wanted = track;
        this.#grid.refresh();
      }
    } else if (track.source === 'microphone' || track.source === 'unknown') {
      this.#grid.tile(participant, 'camera').setMicrophoneOff(track.muted);
    }
  }

  #unpublished(track) {
    const { participant } = track;
    const tile = track.kind === 'video' && this.#grid.find(participant, PICTURES[track.source]);
    if (tile?.wanted === track) {
      tile.wanted = null;
    }
    if (track.kind === 'video' && PICTURES[track.source] === 'screen') {
      this.#grid.remove(participant, 'screen');
    } else if (track.kind === 'audio' && track.source !== 'screen-audio') {
      this.#grid.find(participant, 'camera')?.setMicrophoneOff(true);
    }
  }

  #attached(track, slot) {
    if (track.kind === 'audio') {
      this.#outlets.play(track, slot);
    } else {
      const tile = this.#grid.tile(track.participant, PICTURES[track.source]);
      tile.showRemote(track);
      this.#wishes?.update(tile);
    }
  }

  #detached(track, slot) {
    if (track.kind === 'audio') {
      this.#outlets.silence(track, slot);
    } else {
      const tile = this.#tileOf(track);
      tile?.showRemote(null);
      tile?.setUnavailable(null);
    }
  }

  #tileOf(track) {
    return track.kind === 'video' ? this.#grid.find(track.participant, PICTURES[track.source]) : undefined;
  }

  #showOneself() {
    const media = this.#media;
    setPressed(byId('mic'), media.isOn('microphone'));
    setPressed(byId('camera'), media.isOn('camera'));
    if (!this.#room) {
      return;
    }
    const { localParticipant } = this.#room;
    const tile = this.#grid.tile(localParticipant, 'camera', true);
    tile.describe(localParticipant.id ? localParticipant : { id: '', identity: '', name: this.#ownName });
    tile.setMicrophoneOff(!media.isOn('microphone'));
    const camera = media.isOn('camera') ? media.track('camera') : null;
    tile.showLocal(camera, camera?.getSettings().facingMode !== 'environment');
    tile.setPictureMuted(!camera);
  }

  #showShare(track) {
    setPressed(byId('share'), Boolean(track));
    if (!this.#room) {
      return;
    }
    const { localParticipant } = this.#room;
    if (track) {
      this.#grid.tile(localParticipant, 'screen', true).showLocal(track, false);
    } else {
      this.#grid.remove(localParticipant, 'screen', true);
    }
  }

  #showCount() {
    const others = this.#room?.participants.size ?? 0;
    byId('count-label').textContent = others === 0 ? '' : `${others + 1} here`;
    byId('lonely').hidden = others > 0 || !this.#room?.localParticipant.id;
  }

  #showState(state) {
    const banner = byId('banner');
    const words = { connecting: 'Connecting…', reconnecting: 'Reconnecting…' };
    banner.hidden = !(state in words);
    banner.textContent = words[state] ?? '';
    document.documentElement.dataset.state = state;
  }

  async #toggleShare() {
    try {
      await (this.#share.isOn ? this.#share.stop() : this.#share.start());
    } catch (error) {
      // Closing the browser's own picker is an answer, not a failure.
      if (error.name !== 'NotAllowedError') {
        toast(`The screen cannot be shared: ${error.message}`);
      }
    }
  }

  #toggleSpeakerLayout() {
    this.#grid.speakerLayout = !this.#grid.speakerLayout;
    setPressed(byId('speaker-layout'), this.#grid.speakerLayout);
  }

  #arranged({ visible, all, page, pages }) {
    this.#wishes?.show(visible, all);
    byId('pager').hidden = pages === 1;
    byId('page-label').textContent = `${page + 1} / ${pages}`;
    byId('page-previous').disabled = page === 0;
    byId('page-next').disabled = page === pages - 1;
  }

  #toggleStats() {
    if (this.#stats.isOpen) {
      this.#stats.close();
    } else {
      this.#stats.open(this.#room);
    }
    setPressed(byId('stats-toggle'), this.#stats.isOpen);
  }

  async #copyLink() {
    const link = new URL(location.pathname, location.href);
    link.searchParams.set('room', this.#room.name);
    try {
      await navigator.clipboard.writeText(link.href);
      toast('The link is copied.');
    } catch {
      // Without a secure origin or permission: show it, to be copied by hand.
      toast(link.href);
    }
  }

  #hear() {
    byId('hear').hidden = true;
    this.#room.startPlayback();
  }

  async #stayAwake() {
    if (this.#room && document.visibilityState === 'visible') {
      this.#wakeLock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
    }
  }
}
