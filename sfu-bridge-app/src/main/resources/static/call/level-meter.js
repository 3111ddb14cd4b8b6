/** Shows the level of a microphone in a <meter>, from when there is a track until there is none. */
export class LevelMeter {
  #meter;
  #track = null;
  #context = null;
  #frame = 0;

  constructor(meter) {
    this.#meter = meter;
  }

  show(track) {
    if (track === this.#track) {
      return;
    }
    this.stop();
    if (!track) {
      return;
    }
    this.#track = track;
    const context = new AudioContext();
    this.#context = context;
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const measure = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // From -60 dB to 0 dB over the whole meter.
      this.#meter.value = Math.max(0, 1 + Math.log10(power + 1e-9) / 6);
      this.#frame = requestAnimationFrame(measure);
    };
    measure();
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#context?.close();
    this.#context = null;
    this.#track = null;
    this.#meter.value = 0;
  }
}
