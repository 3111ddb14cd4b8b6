/**
 * Plays the audio slots: one <audio> element each, kept for the life of the slot, so that another voice in it needs no new
 * permission to play. The speaker that was chosen applies to all of them.
 */
export class AudioOutlets {
  #container;
  /** @type {Map<string, HTMLAudioElement>} by the slot's mid */
  #elements = new Map();
  #sinkId = '';

  constructor(container) {
    this.#container = container;
  }

  get sinkId() {
    return this.#sinkId;
  }

  play(track, slot) {
    let element = this.#elements.get(slot);
    if (!element) {
      element = document.createElement('audio');
      element.dataset.slot = slot;
      this.#elements.set(slot, element);
      this.#container.append(element);
      this.#route(element);
    }
    element.dataset.participant = track.participant.id;
    track.attach(element);
  }

  silence(track, slot) {
    const element = this.#elements.get(slot);
    if (element) {
      track.detach(element);
      delete element.dataset.participant;
    }
  }

  chooseSpeaker(deviceId) {
    this.#sinkId = deviceId;
    this.#elements.forEach((element) => this.#route(element));
  }

  clear() {
    this.#elements.clear();
    this.#container.replaceChildren();
  }

  #route(element) {
    if (this.#sinkId) {
      // A speaker that was unplugged meanwhile: the default one goes on.
      element.setSinkId?.(this.#sinkId).catch(() => {});
    }
  }
}
