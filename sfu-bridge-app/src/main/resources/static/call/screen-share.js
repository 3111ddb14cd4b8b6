const MAX_BITRATE_BPS = 2_500_000;

/** Shares a screen, window or tab, with its sound where the browser gives it. */
export class ScreenShare {
  #room;
  #onChange;
  /** @type {import('../sdk/publication.js').LocalPublication[]} */
  #publications = [];

  /** Whether this browser can share a screen; phones cannot. */
  static isSupported = Boolean(navigator.mediaDevices?.getDisplayMedia);

  /** @param {(track: MediaStreamTrack | null) => void} onChange what is shared now */
  constructor(room, onChange) {
    this.#room = room;
    this.#onChange = onChange;
  }

  get isOn() {
    return this.#publications.length > 0;
  }

  async start() {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true });
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    // Sharp text matters more than motion.
    video.contentHint = 'detail';
    video.onended = () => this.stop();
    const results = await Promise.allSettled([
      this.#room.publish(video, { source: 'screen', name: video.label.slice(0, 128), maxBitrateBps: MAX_BITRATE_BPS }),
      ...(audio ? [this.#room.publish(audio, { source: 'screen-audio' })] : []),
    ]);
    this.#publications = results.filter(({ value }) => value).map(({ value }) => value);
    if (results[0].status === 'rejected' || video.readyState === 'ended') {
      // Sound without its picture is of no use.
      stream.getTracks().forEach((track) => track.stop());
      await this.stop();
      throw results[0].reason ?? new Error('it ended at once');
    }
    this.#onChange(video);
  }

  async stop() {
    const publications = this.#publications.splice(0);
    publications.forEach(({ track }) => track?.stop());
    this.#onChange(null);
    await Promise.allSettled(publications.map((publication) => publication.unpublish()));
  }
}
