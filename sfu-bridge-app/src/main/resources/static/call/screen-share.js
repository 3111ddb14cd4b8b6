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
    try {
      const publishing = [this.#room.publish(video, { source: 'screen', name: video.label.slice(0, 128), maxBitrateBps: 2_500_000 })];
      if (audio) {
        publishing.push(this.#room.publish(audio, { source: 'screen-audio' }));
      }
      this.#publications = await Promise.all(publishing);
      this.#onChange(video);
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
      throw error;
    }
  }

  async stop() {
    const publications = this.#publications.splice(0);
    publications.forEach(({ track }) => track?.stop());
    this.#onChange(null);
    await Promise.allSettled(publications.map((publication) => publication.unpublish()));
  }
}
