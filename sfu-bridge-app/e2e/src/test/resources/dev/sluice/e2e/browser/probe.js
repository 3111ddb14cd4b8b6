// Runs in every page before its own scripts. It notes each RTCPeerConnection that the page makes and the type of
// each signalling message that arrives, keeps the camera small enough for a busy machine, and answers the tests' questions from the browser's own statistics,
// so that no figure comes from the code under test.
(() => {
  if (window.__probe) return;
  const connections = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };

  const signals = [];
  const messages = [];
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', (event) => {
        const message = JSON.parse(event.data);
        if (signals.length < 10000) signals.push(message.type);
        if (messages.length < 1000) messages.push(message);
      });
    }
  };

  const devices = navigator.mediaDevices;
  if (devices) {
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = (constraints = {}) => {
      const small = { width: 320, height: 240, frameRate: 15 };
      const video = constraints.video && {
        ...(typeof constraints.video === 'object' ? constraints.video : {}),
        ...small,
      };
      return getUserMedia({ ...constraints, video: video || false });
    };
  }

  const number = (value) => (typeof value === 'number' ? value : 0);

  // The shortest that a check of the selected pair took: what a busy machine adds is not of the path.
  let shortestRoundTripSeconds = Infinity;

  async function stats() {
    const inbound = [];
    const outbound = [];
    for (const [index, connection] of connections.entries()) {
      if (connection.connectionState === 'closed') continue;
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === 'inbound-rtp') {
          inbound.push({
            key: `${index}/${entry.kind}/${entry.mid ?? ''}/${entry.ssrc}`,
            kind: entry.kind,
            packetsReceived: number(entry.packetsReceived),
            packetsLost: number(entry.packetsLost),
            retransmittedPacketsReceived: number(entry.retransmittedPacketsReceived),
            nackCount: number(entry.nackCount),
            pliCount: number(entry.pliCount),
            framesDecoded: number(entry.framesDecoded),
            freezeCount: number(entry.freezeCount),
            totalFreezesSeconds: number(entry.totalFreezesDuration),
            totalAudioEnergy: number(entry.totalAudioEnergy),
          });
        } else if (entry.type === 'outbound-rtp') {
          outbound.push({
            key: `${index}/${entry.kind}/${entry.mid ?? ''}/${entry.ssrc}`,
            kind: entry.kind,
            packetsSent: number(entry.packetsSent),
            retransmittedPacketsSent: number(entry.retransmittedPacketsSent),
            nackCount: number(entry.nackCount),
            framesEncoded: number(entry.framesEncoded),
          });
        } else if (entry.type === 'candidate-pair' && entry.nominated && entry.currentRoundTripTime > 0) {
          shortestRoundTripSeconds = Math.min(shortestRoundTripSeconds, entry.currentRoundTripTime);
        }
      }
    }
    return { inbound, outbound };
  }

  // How the browser's media fares, in the terms of the server's REST API. Of what it hears it reports every five
  // seconds only, of what it sees every second: so what is lost on the way down is told of the video alone.
  async function quality() {
    const roundTripMillis = 1000 * shortestRoundTripSeconds;
    const figures = { roundTripMillis, lostDown: 0, lostUp: 0, jitterDownMillis: 0, jitterUpMillis: 0, width: 0, framesPerSecond: 0 };
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue;
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === 'inbound-rtp') {
          if (entry.kind === 'video' && entry.framesDecoded > 0) {
            figures.lostDown += number(entry.packetsLost);
            figures.jitterDownMillis = 1000 * number(entry.jitter);
            figures.width = number(entry.frameWidth);
            figures.framesPerSecond = number(entry.framesPerSecond);
          }
        } else if (entry.type === 'remote-inbound-rtp') {
          figures.lostUp += number(entry.packetsLost);
          if (entry.kind === 'audio') figures.jitterUpMillis = 1000 * number(entry.jitter);
        }
      }
    }
    return figures;
  }

  // The protocol and the server's address of the pair that each open connection uses: "tcp 192.0.2.1".
  async function protocols() {
    const used = [];
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue;
      const report = await connection.getStats();
      const entries = [...report.values()];
      const transport = entries.find((entry) => entry.type === 'transport' && entry.selectedCandidatePairId);
      // Firefox has no transport entry, and marks the pair itself.
      const pair = transport
        ? report.get(transport.selectedCandidatePairId)
        : entries.find((entry) => entry.type === 'candidate-pair' && entry.selected);
      const remote = pair && report.get(pair.remoteCandidateId);
      used.push(remote ? `${remote.protocol} ${remote.address ?? remote.ip}` : 'none');
    }
    return used;
  }

  // For each video that decodes: the longest time in which its count of decoded frames stood still, and the
  // longest freeze as the browser counts it (a freeze is added to the total when it ends).
  const watched = new Map();
  let watching = 0;
  function watch() {
    watched.clear();
    clearInterval(watching);
    watching = setInterval(async () => {
      const now = performance.now();
      for (const video of (await stats()).inbound) {
        if (video.kind !== 'video' || video.framesDecoded === 0) continue;
        const known = watched.get(video.key);
        if (!known) {
          const { framesDecoded, totalFreezesSeconds } = video;
          watched.set(video.key, { framesDecoded, totalFreezesSeconds, since: now, still: 0, freeze: 0 });
          continue;
        }
        known.still = Math.max(known.still, now - known.since);
        known.freeze = Math.max(known.freeze, 1000 * (video.totalFreezesSeconds - known.totalFreezesSeconds));
        known.totalFreezesSeconds = video.totalFreezesSeconds;
        if (video.framesDecoded > known.framesDecoded) {
          known.framesDecoded = video.framesDecoded;
          known.since = now;
        }
      }
    }, 100);
  }
  const longest = (figure) => Math.round(Math.max(0, ...[...watched.values()].map((each) => each[figure])));
  const stillness = () => ({
    videos: watched.size,
    longestStillMillis: longest('still'),
    longestFreezeMillis: longest('freeze'),
  });

  // The variance of the luma of a video's picture: near zero for a black or plain one.
  function lumaVariance(video) {
    if (!video || video.videoWidth === 0) return 0;
    const canvas = document.createElement('canvas');
    canvas.width = 32;
    canvas.height = 32;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 32, 32);
    const { data } = context.getImageData(0, 0, 32, 32);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < data.length; i += 4) {
      const luma = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
      sum += luma;
      squares += luma * luma;
    }
    const count = data.length / 4;
    return squares / count - (sum / count) ** 2;
  }

  // A call within this page, without any server: what the machine itself can do just now. With `relayTo` the
  // sender is told to reach the receiver on loopback through the port that `relayTo(port)` answers, and nowhere else.
  async function loopbackCall(relayTo) {
    const stream = await devices.getUserMedia({ audio: true, video: true });
    const sender = new RTCPeerConnection();
    const receiver = new RTCPeerConnection();
    if (!relayTo) sender.onicecandidate = (event) => receiver.addIceCandidate(event.candidate);
    receiver.onicecandidate = async ({ candidate }) => {
      if (!relayTo || !candidate) {
        await sender.addIceCandidate(candidate);
      } else if (candidate.protocol === 'udp' && candidate.address === '127.0.0.1') {
        const line = candidate.candidate.replace(` ${candidate.port} `, ` ${await relayTo(candidate.port)} `);
        await sender.addIceCandidate({ candidate: line, sdpMid: candidate.sdpMid });
      }
    };
    receiver.ontrack = (event) => {
      const element = document.createElement(event.track.kind);
      element.srcObject = new MediaStream([event.track]);
      element.autoplay = true;
      document.body.append(element);
    };
    stream.getTracks().forEach((track) => sender.addTrack(track, stream));
    await sender.setLocalDescription();
    await receiver.setRemoteDescription(withoutCandidates(sender, relayTo));
    await receiver.setLocalDescription();
    await sender.setRemoteDescription(withoutCandidates(receiver, relayTo));
  }

  const withoutCandidates = ({ localDescription: { type, sdp } }, strip) => ({
    type,
    sdp: strip ? sdp.replace(/a=candidate:.*\r\n/g, '') : sdp,
  });

  // From now to the first picture of a video other than one's own previews, as it is presented.
  function firstRemoteFrame() {
    const start = performance.now();
    return new Promise((resolve) => {
      const seen = new WeakSet();
      const look = () => {
        for (const video of document.querySelectorAll('[data-kind=camera][data-participant] video.tile-video')) {
          const own = window.sluiceRoom?.localParticipant?.id;
          const tile = video.closest('[data-participant]').dataset.participant;
          if (!own || tile === own || seen.has(video)) continue;
          seen.add(video);
          video.requestVideoFrameCallback(() => {
            clearInterval(timer);
            resolve(performance.now() - start);
          });
        }
      };
      const timer = setInterval(look, 5);
    });
  }

  // Lets the test start a relay to a port of this page: the page asks, the test answers.
  let answerPort;
  const wanted = { port: 0 };
  const throughTheTest = (port) => {
    wanted.port = port;
    return new Promise((resolve) => (answerPort = resolve));
  };
  const relay = { call: () => loopbackCall(throughTheTest), wanted, answer: (port) => answerPort(port) };

  window.__probe = { connections, signals, messages, stats, quality, protocols, watch, stillness, lumaVariance, loopbackCall, relay, firstRemoteFrame };
})();
