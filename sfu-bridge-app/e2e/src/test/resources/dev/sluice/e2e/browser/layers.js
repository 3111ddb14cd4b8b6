// Participants that the test makes in pages of the server: publishers that draw a picture of 960×540 ten times a second and send
// it in layers, and a viewer that says which size it wants. All figures are the browser's own statistics.
(() => {
  const load = () => import('/sdk/sluice.js');
  const WIDTH = 960;
  const HEIGHT = 540;
  const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

  // Something with as much detail as a room, larger than the picture.
  function scenery() {
    const canvas = document.createElement('canvas');
    canvas.width = 2 * WIDTH;
    canvas.height = HEIGHT;
    const context = canvas.getContext('2d');
    for (let i = 0; i < 3000; i++) {
      context.fillStyle = `hsl(${(i * 47) % 360} 60% ${(i * 31) % 100}%)`;
      context.fillRect((i * 197) % canvas.width, (i * 113) % HEIGHT, 10 + (i % 50), 8 + (i % 40));
    }
    return canvas;
  }

  // A bar that moves over a plain colour: a picture that costs an encoder little. A busy one is a camera that turns.
  function camera(hue, busy) {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const context = canvas.getContext('2d');
    const behind = busy && scenery();
    let turn = 0;
    const timer = setInterval(() => {
      context.fillStyle = `hsl(${hue} 60% 40%)`;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      if (behind) context.drawImage(behind, -(WIDTH / 2) * (1 + Math.sin(turn / 15)), 0);
      context.fillStyle = '#fff';
      context.fillRect((turn++ * 37) % WIDTH, 60, 120, 420);
    }, 100);
    const [track] = canvas.captureStream(10).getVideoTracks();
    return { track, stop: () => (clearInterval(timer), track.stop()) };
  }

  let audio;
  async function microphone() {
    audio ??= new AudioContext();
    await audio.resume();
    const tone = new OscillatorNode(audio, { frequency: 300 });
    const out = new MediaStreamAudioDestinationNode(audio);
    tone.connect(out);
    tone.start();
    return out.stream.getAudioTracks()[0];
  }

  const publishers = new Map();
  const secret = (passphrase) => (passphrase ? { encryption: { key: passphrase } } : {});

  // With `voice` it publishes a tone, in that codec or, with true, in the browser's own choice.
  async function enter(roomName, name, { voice, passphrase, busy } = {}) {
    const { Room } = await load();
    const room = new Room({ room: roomName, identity: name, name, receive: false, ...secret(passphrase) });
    const codec = typeof voice === 'string' ? voice : undefined;
    if (voice) await room.publish(await microphone(), { source: 'microphone', codec });
    await room.join();
    publishers.set(name, { room, camera: camera(publishers.size * 110, busy) });
    return true;
  }

  // Resolves when the browser sends the picture in its full size: its bandwidth estimate takes a while to allow that.
  async function publish(name, options) {
    const publisher = publishers.get(name);
    publisher.video = await publisher.room.publish(publisher.camera.track, { source: 'camera', ...options });
    for (const sender of publisher.room.peerConnection.getSenders().filter(({ track }) => track?.kind === 'video')) {
      // A machine that is short of power may leave frames out, but the sizes stay.
      const parameters = sender.getParameters();
      parameters.degradationPreference = 'maintain-resolution';
      await sender.setParameters(parameters).catch(() => {});
    }
    const start = performance.now();
    while (!(await sent(name)).some(({ width }) => width === WIDTH)) {
      if (performance.now() - start > 40_000) throw new Error(`the browser sends ${JSON.stringify(await sent(name))}`);
      await sleep(50);
    }
    return true;
  }

  const unpublish = (name) => publishers.get(name).video.unpublish().then(() => true);

  async function sent(name) {
    const report = await publishers.get(name).room.peerConnection.getStats();
    return [...report.values()]
      .filter(({ type, kind, framesPerSecond }) => type === 'outbound-rtp' && kind === 'video' && framesPerSecond > 0)
      .map((entry) => ({
        rid: entry.rid ?? '',
        codec: report.get(entry.codecId)?.mimeType ?? '',
        scalabilityMode: entry.scalabilityMode ?? '',
        width: entry.frameWidth ?? 0,
        height: entry.frameHeight ?? 0,
        framesPerSecond: entry.framesPerSecond ?? 0,
        frames: entry.framesEncoded ?? 0,
        limitation: entry.qualityLimitationReason ?? '',
      }));
  }

  async function framesSent(name, rid) {
    const report = await publishers.get(name).room.peerConnection.getStats();
    return [...report.values()].find((each) => each.type === 'outbound-rtp' && each.rid === rid)?.framesSent ?? 0;
  }

  // The rate that the browser aims at for a layer.
  async function targetBps(name, rid) {
    const report = await publishers.get(name).room.peerConnection.getStats();
    return [...report.values()].find((each) => each.type === 'outbound-rtp' && each.rid === rid)?.targetBitrate ?? 0;
  }

  async function outgoingBps(name) {
    const report = await publishers.get(name).room.peerConnection.getStats();
    const pair = [...report.values()].find(({ type, nominated }) => type === 'candidate-pair' && nominated);
    return Math.round(pair?.availableOutgoingBitrate ?? 0);
  }

  // Waits until a layer has not been sent for two seconds; answers when that began, in milliseconds from now.
  async function stopped(name, rid, limitMillis) {
    const start = performance.now();
    let last = { frames: await framesSent(name, rid), at: start };
    for (;;) {
      await sleep(50);
      const now = { frames: await framesSent(name, rid), at: performance.now() };
      if (now.frames !== last.frames) last = now;
      if (last.at - start > limitMillis) return -1;
      if (now.at - last.at > 2000) return last.at - start;
    }
  }

  let viewer;
  const elements = new Map();

  // A slot keeps its element, whatever it shows.
  function play(slot, mediaStreamTrack) {
    if (elements.has(slot)) return;
    const element = document.createElement(mediaStreamTrack.kind);
    element.srcObject = new MediaStream([mediaStreamTrack]);
    element.autoplay = true;
    document.documentElement.append(element);
    elements.set(slot, element);
  }

  async function watch(roomName, name, slots, passphrase) {
    const { Room } = await load();
    viewer = new Room({ room: roomName, identity: name, name, slots, spareSlots: 0, ...secret(passphrase) });
    viewer.addEventListener('trackattached', ({ detail }) => play(detail.slot, detail.mediaStreamTrack));
    viewer.addEventListener('trackavailability', ({ detail }) => availability.push(detail.available ? 'available' : detail.reason));
    await viewer.join();
    return true;
  }

  // What the viewer was told of its tracks, in this order.
  const availability = [];

  const tracks = (kind) =>
    [...viewer.participants.values()].flatMap((each) => [...each.tracks.values()].filter((track) => track.kind === kind));
  const trackOf = (name, kind = 'video') => tracks(kind).find(({ participant }) => participant.name === name);

  // What the browser says of the stream in a slot.
  async function inbound(mid) {
    const report = await viewer.peerConnection.getStats();
    const entry = [...report.values()].find((each) => each.type === 'inbound-rtp' && each.mid === mid);
    return {
      millis: -1,
      codec: report.get(entry?.codecId)?.mimeType ?? '',
      width: entry?.frameWidth ?? 0,
      height: entry?.frameHeight ?? 0,
      framesPerSecond: entry?.framesPerSecond ?? 0,
      decoded: entry?.framesDecoded ?? 0,
      dropped: entry?.framesDropped ?? 0,
      received: entry?.framesReceived ?? 0,
      keyframes: entry?.keyFramesDecoded ?? 0,
      keyframesAsked: entry?.pliCount ?? 0,
      freezes: entry?.freezeCount ?? 0,
      playoutMillis: entry?.estimatedPlayoutTimestamp ?? 0,
      decoder: entry?.decoderImplementation ?? '',
    };
  }

  // Wants a publisher's picture in this size; answers what the slot shows once it has decoded some frames of it in a codec, or at
  // the end of the time.
  async function show(name, limits, wanted, limitMillis) {
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    while (!trackOf(name)?.slot && elapsed() < limitMillis) await sleep(20);
    const track = trackOf(name);
    if (!track?.slot) return { millis: -1 };
    viewer.view.limit(track, limits);
    let first = null;
    for (;;) {
      const now = await inbound(track.slot);
      // Codecs make odd heights even, each in its own way.
      const right = now.width === wanted.width && Math.abs(now.height - wanted.height) <= 1 && now.codec === wanted.codec;
      first = right ? (first ?? { decoded: now.decoded, millis: elapsed() }) : null;
      if (first && now.decoded >= first.decoded + 4) return { ...now, millis: first.millis };
      if (elapsed() > limitMillis) return { ...now, millis: -1 };
      await sleep(30);
    }
  }

  // Wants at most so many pictures a second, or with 0 all; answers how many come once that is so, or at the end of the time.
  async function pace(name, maxFps, isRight, limitMillis = 10_000) {
    const track = trackOf(name);
    viewer.view.limit(track, maxFps > 0 ? { maxFps } : null);
    const start = performance.now();
    for (;;) {
      const { framesPerSecond } = await inbound(track.slot);
      if (isRight(framesPerSecond) || performance.now() - start > limitMillis) return framesPerSecond;
      await sleep(100);
    }
  }

  // Shows a participant, voice and picture, in the first slots, in a size.
  function switchTo(name, limits) {
    const [audioSlot, videoSlot] = ['audio', 'video'].map(
      (kind) => [...elements].find(([, element]) => element.localName === kind)[0],
    );
    viewer.view.bind(audioSlot, trackOf(name, 'audio'));
    viewer.view.bind(videoSlot, trackOf(name));
    viewer.view.limit(trackOf(name), limits);
    return { at: performance.timeOrigin + performance.now(), videoSlot, audioSlot };
  }

  // Notes when each picture of each video is presented, in milliseconds of the wall clock.
  let presented = [];
  function notePictures() {
    presented = [...elements.values()].filter(({ localName }) => localName === 'video').map((element) => {
      const moments = [];
      const note = (now, { presentationTime }) => {
        moments.push(performance.timeOrigin + presentationTime);
        element.requestVideoFrameCallback(note);
      };
      element.requestVideoFrameCallback(note);
      return moments;
    });
  }

  // Switches once a second through a list of [name, limits] again and again; answers when.
  async function switchEachSecond(list, times) {
    const switches = [];
    for (let i = 0; i < times; i++) {
      switches.push(switchTo(...list[i % list.length]).at);
      await sleep(1000);
    }
    return switches;
  }

  // The picture is shown so many milliseconds before (or, negative, after) the sound of the same moment: the median of two seconds.
  async function picturesAhead() {
    const slots = Object.fromEntries([...elements].map(([mid, element]) => [element.localName, mid]));
    const differences = [];
    for (let i = 0; i < 20; i++) {
      const [sound, picture] = [await inbound(slots.audio), await inbound(slots.video)];
      if (sound.playoutMillis && picture.playoutMillis) differences.push(picture.playoutMillis - sound.playoutMillis);
      await sleep(100);
    }
    return differences.sort((a, b) => a - b)[differences.length >> 1];
  }

  // What has been heard of a participant.
  async function heard(name) {
    const mid = trackOf(name, 'audio')?.slot;
    const report = await viewer.peerConnection.getStats();
    const entry = [...report.values()].find((each) => each.type === 'inbound-rtp' && each.mid === mid);
    return {
      packets: entry?.packetsReceived ?? 0,
      bytes: entry?.bytesReceived ?? 0,
      energy: entry?.totalAudioEnergy ?? 0,
      concealed: (entry?.concealedSamples ?? 0) / (entry?.totalSamplesReceived || 1),
    };
  }

  const firstVideo = () => inbound([...elements].find(([, { localName }]) => localName === 'video')[0]);

  // How long it takes until the server says of a track the height that the browser decodes, or -1. Asked twice a second, as it may be.
  async function agree(name, limitMillis = 2000) {
    const start = performance.now();
    for (;;) {
      const slot = trackOf(name)?.slot;
      const { slots } = await viewer.downlink();
      const told = slots.find(({ mid }) => mid === slot)?.height;
      const { height } = await inbound(slot);
      const elapsed = performance.now() - start;
      // Codecs make odd heights even, each in its own way.
      if (told && Math.abs(told - height) <= 1) return elapsed;
      if (elapsed > limitMillis) return -1;
      await sleep(500);
    }
  }

  window.__layers = {
    slow: (name, maxFps) => pace(name, maxFps, (framesPerSecond) => framesPerSecond > 0 && framesPerSecond <= maxFps + 1),
    fast: (name, least) => pace(name, 0, (framesPerSecond) => framesPerSecond >= least),
    enter,
    publish,
    unpublish,
    sent,
    framesSent,
    outgoingBps,
    targetBps,
    stopped,
    watch,
    show,
    agree,
    firstVideo,
    availability: () => availability,
    heard,
    hasBoth: (name) => Boolean(trackOf(name) && trackOf(name, 'audio') && elements.size >= 2),
    switchTo,
    switchEachSecond,
    notePictures: () => (notePictures(), true),
    presented: (video) => presented[video],
    picturesAhead,
  };
})();
