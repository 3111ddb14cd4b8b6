// Participants that the test makes in pages of the server: publishers that draw and hum, and a viewer with few slots that notes when
// the frames of a slot are those of its new track. The time is taken by the CSRC that the browser tells of decoded frames.
(() => {
  const load = () => import('/sdk/sluice.js');
  const COLOURS = 4;
  const publishers = [];

  // A picture that moves, in one of a few colours: to draw and capture one for each publisher would take all that the machine has.
  const cameras = [];
  const camera = (number) => (cameras[number % COLOURS] ??= draw(number % COLOURS));
  function draw(number) {
    const canvas = document.createElement('canvas');
    canvas.width = 160;
    canvas.height = 120;
    const context = canvas.getContext('2d');
    let turn = 0;
    setInterval(() => {
      context.fillStyle = `hsl(${number * 47} 70% 45%)`;
      context.fillRect(0, 0, 160, 120);
      context.fillStyle = '#fff';
      context.fillRect((turn++ * 7) % 160, 20, 24, 80);
    }, 100);
    return canvas.captureStream(10).getVideoTracks()[0];
  }

  // A tone that is silent until its gain is raised. All share one context: a page may have only a few.
  let audio;
  async function microphone(number) {
    audio ??= new AudioContext();
    await audio.resume();
    const tone = new OscillatorNode(audio, { frequency: 200 + 30 * number });
    const gain = new GainNode(audio, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(audio);
    tone.connect(gain).connect(out);
    tone.start();
    return { track: out.stream.getAudioTracks()[0], gain };
  }

  // Only the last few have a voice.
  async function publish(roomName, first, count, voices) {
    const { Room } = await load();
    for (let number = first; number < first + count; number++) {
      const name = `p${String(number).padStart(2, '0')}`;
      const room = new Room({ room: roomName, identity: name, name, receive: false });
      const voice = number >= first + count - voices ? await microphone(number) : null;
      if (voice) await room.publish(voice.track, { source: 'microphone' });
      await room.publish(camera(number), { source: 'camera' });
      await room.join();
      publishers.push({ room, voice });
    }
    return publishers.length;
  }

  const talk = (index, on) => (publishers[index].voice.gain.gain.value = on ? 0.4 : 0);

  let viewer;
  let negotiations = 0;
  let attached = [];

  async function watch(roomName, slots) {
    const { Room } = await load();
    viewer = new Room({ room: roomName, identity: 'viewer', name: 'Viewer', slots, spareSlots: 0 });
    viewer.addEventListener('trackattached', ({ detail }) => {
      attached.push(detail);
      const element = detail.track.attach();
      element.muted = true;
      document.body.append(element);
    });
    viewer.addEventListener('trackdetached', ({ detail: { track } }) => track.detach().forEach((element) => element.remove()));
    await viewer.join();
    viewer.peerConnection.addEventListener('negotiationneeded', () => negotiations++);
  }

  // Asks for something; answers, for each slot of the kind that changes within the time, how long it took to the first frame of the
  // new track, in milliseconds.
  async function change(kind, ask, expected, limitMillis = 5000) {
    attached = [];
    const start = performance.now();
    ask();
    const millis = new Map();
    while (millis.size < expected && performance.now() - start < limitMillis) {
      for (const { slot, track } of attached) {
        if (track.kind === kind && track.slot === slot && !millis.has(slot) && showsFrames(track)) {
          millis.set(slot, performance.now() - start);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    return [...millis.values()];
  }

  function showsFrames(track) {
    const transceiver = viewer.peerConnection.getTransceivers().find(({ mid }) => mid === track.slot);
    const sources = transceiver.receiver.getContributingSources();
    const newest = sources.reduce((a, b) => (a && a.timestamp >= b.timestamp ? a : b), undefined);
    return newest?.source === track.csrc;
  }

  const tracks = (kind) => [...viewer.participants.values()].flatMap((each) => [...each.tracks.values()].filter((track) => track.kind === kind));

  // Who is in the slots of a kind by what was signalled, in their order.
  const shown = (kind) =>
    tracks(kind)
      .filter(({ slot }) => slot !== null)
      .sort((a, b) => Number(a.slot) - Number(b.slot))
      .map(({ participant }) => participant.name);

  const allPlay = (kind, count) => {
    const playing = tracks(kind).filter((track) => track.slot !== null && showsFrames(track));
    return playing.length === count;
  };

  window.__slots = {
    publish,
    talk,
    watch,
    shown,
    allPlay,
    sdp: () => ({ negotiations, answers: window.__probe.signals.filter((type) => type === 'answer').length }),
    published: () => tracks('video').length,
    turnTo: (offset, expected) => change('video', () => viewer.view.setRules({ offset, speakers: 0 }), expected),
    followSpeakers: (expected) => change('video', () => viewer.view.setRules({}), expected),
    pin: (name) => change('video', () => viewer.view.pin(tracks('video').find(({ participant }) => participant.name === name)), 1),
    awaitVoice: () => change('audio', () => {}, 1),
  };
})();
