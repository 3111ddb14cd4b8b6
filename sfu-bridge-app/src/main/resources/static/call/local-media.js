/** What the page asks of a camera: enough for a large tile, and what a phone can encode. */
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

const SOURCES = {
  microphone: { kind: 'audio', constraints: MICROPHONE, staysOpen: true },
  camera: { kind: 'video', constraints: CAMERA, staysOpen: false },
};

/**
 * The microphone and the camera of this page: which device, on or off, and the track while it is on. Before the call it
 * feeds the preview, in the call also the room. A camera that is off is released, so that its light goes out; a microphone
 * stays open and silent, so that the first word after the click is heard.
 *
 * Events: `change` (something of one source changed), `failure` (detail: {source, error}).
 */
export class LocalMedia extends EventTarget {
  #room = null;
  #inputs = {
    microphone: { on: false, track: null, deviceId: '', busy: Promise.resolve() },
    camera: { on: false, track: null, deviceId: '', busy: Promise.resolve() },
  };

  isOn(source) {
    return this.#inputs[source].on;
  }

  track(source) {
    return this.#inputs[source].track;
  }

  deviceId(source) {
    return this.#inputs[source].deviceId;
  }

  /** Opens both at once, so that the browser asks once; one that is missing does not keep the other from working. */
  openBoth() {
    const opening = this.#openBoth();
    for (const input of Object.values(this.#inputs)) {
      input.busy = opening;
    }
    return opening;
  }

  async #openBoth() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: this.#constraints('microphone'),
        video: this.#constraints('camera'),
      });
      this.#take('microphone', stream.getAudioTracks()[0]);
      this.#take('camera', stream.getVideoTracks()[0]);
    } catch (error) {
      if (error.name === 'NotAllowedError') {
        this.#fail('camera', error);
        return;
      }
      await Promise.all([this.#open('microphone'), this.#open('camera')]);
    }
  }

  /** Turns a source on or off; calls for one source take effect in order. */
  set(source, on) {
    const input = this.#inputs[source];
    input.busy = input.busy.then(() => this.#set(source, on));
    return input.busy;
  }

  toggle(source) {
    return this.set(source, !this.isOn(source));
  }

  /** Takes another device of this kind from now on. */
  choose(source, deviceId) {
    const input = this.#inputs[source];
    input.busy = input.busy.then(async () => {
      input.deviceId = deviceId;
      if (input.on) {
        await this.#open(source);
      }
    });
    return input.busy;
  }

  /** Notes a device for the next time. */
  prefer(source, deviceId) {
    this.#inputs[source].deviceId = deviceId;
  }

  /** Publishes into this room what is on, and from now on what changes. */
  async bind(room) {
    this.#room = room;
    for (const source of Object.keys(SOURCES)) {
      if (this.track(source)) {
        await this.#publish(source);
      }
    }
  }

  /** The call is over. */
  unbind() {
    this.#room = null;
  }

  release() {
    for (const source of Object.keys(SOURCES)) {
      this.#drop(source);
      this.#changed(source);
    }
  }

  async #set(source, on) {
    const input = this.#inputs[source];
    if (input.on === on) {
      return;
    }
    if (on && !input.track) {
      await this.#open(source);
      return;
    }
    input.on = on;
    if (on) {
      await this.#publication(source)?.unmute();
    } else {
      // Told to the others first: a track that just stopped would look like a frozen picture.
      await this.#publication(source)?.mute();
      if (!SOURCES[source].staysOpen) {
        this.#drop(source);
      }
    }
    if (input.track) {
      input.track.enabled = on;
    }
    this.#changed(source);
  }

  async #open(source) {
    const { kind } = SOURCES[source];
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: this.#constraints(source) });
      this.#take(source, stream.getTracks()[0]);
      await this.#publish(source);
    } catch (error) {
      this.#fail(source, error);
    }
  }

  #constraints(source) {
    const { deviceId } = this.#inputs[source];
    return { ...SOURCES[source].constraints, ...(deviceId && { deviceId: { ideal: deviceId } }) };
  }

  #take(source, track) {
    const input = this.#inputs[source];
    input.track?.stop();
    input.track = track;
    input.on = true;
    input.deviceId = track.getSettings().deviceId ?? input.deviceId;
    track.onended = () => {
      if (input.track === track) {
        this.set(source, false).then(() => {
          this.#drop(source);
          this.#changed(source);
        });
        this.#fail(source, new DOMException('The device is gone.', 'NotReadableError'));
      }
    };
    this.#changed(source);
  }

  #drop(source) {
    const input = this.#inputs[source];
    input.track?.stop();
    input.track = null;
    input.on = false;
  }

  async #publish(source) {
    if (!this.#room) {
      return;
    }
    const { track, on } = this.#inputs[source];
    const publication = this.#publication(source);
    if (publication) {
      await publication.replaceTrack(track);
      await (on ? publication.unmute() : publication.mute());
    } else {
      await this.#room.publish(track, { source, muted: !on, name: track.label.slice(0, 128) });
    }
  }

  #publication(source) {
    return this.#room?.localParticipant.publication(source);
  }

  #changed(source) {
    this.dispatchEvent(new CustomEvent('change', { detail: { source } }));
  }

  #fail(source, error) {
    this.dispatchEvent(new CustomEvent('failure', { detail: { source, error } }));
  }
}

/** What a person can do about a device that does not open. */
export function explain({ name }, source) {
  switch (name) {
    case 'NotAllowedError':
      return 'The browser does not allow this page to use your camera or microphone.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return `No ${source} was found.`;
    case 'NotReadableError':
    case 'AbortError':
      return `The ${source} cannot be read; another program may be using it.`;
    default:
      return `The ${source} does not work here.`;
  }
}
