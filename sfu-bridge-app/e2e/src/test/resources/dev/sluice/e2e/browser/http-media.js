// Runs in every page after the probe: peer connections that publish by WHIP and play by WHEP, without the product's page
// and SDK, so that a test can choose codecs and read what the browser says of the stream that it gets.
(() => {
  if (window.__media) return;
  const sessions = new Map();
  const HELPERS = /\/(rtx|red|ulpfec|flexfec-03|CN|telephone-event)$/i;

  const capabilities = (side, kind) => side.getCapabilities(kind).codecs.filter(({ mimeType }) => !HELPERS.test(mimeType));
  const described = (codecs) =>
    codecs.map(({ mimeType, sdpFmtpLine }) => ({ mimeType, format: sdpFmtpLine ?? '' }));

  let camera;
  function capture() {
    camera ??= navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    return camera;
  }

  async function exchange(path, name, connection, gather) {
    await connection.setLocalDescription();
    while (gather && connection.iceGatheringState !== 'complete') {
      await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
    }
    const offer = connection.localDescription.sdp;
    const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: offer });
    const answer = await response.text();
    if (response.status === 201) {
      sessions.set(name, { connection, location: response.headers.get('Location') });
      await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    } else {
      connection.close();
    }
    return { status: response.status, offer, answer };
  }

  // Publishes camera and microphone; `audio` and `video` are places in sendable(kind), or -1 for all that there is.
  async function publish(name, room, audio, video) {
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const stream = await capture();
    for (const track of stream.getTracks()) {
      // A camera's picture keeps its size when the machine is short of power; frames may go.
      if (track.kind === 'video') track.contentHint = 'detail';
      const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
      const place = track.kind === 'audio' ? audio : video;
      if (place >= 0) {
        transceiver.setCodecPreferences([capabilities(RTCRtpSender, track.kind)[place]]);
      }
    }
    return exchange(`/whip/${room}`, name, connection, false);
  }

  async function play(name, room, gather) {
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    connection.ontrack = ({ track }) => {
      // Sound is only decoded where it is played.
      const element = document.createElement(track.kind);
      element.srcObject = new MediaStream([track]);
      element.autoplay = true;
      document.body.append(element);
      track.onended = () => element.remove();
    };
    connection.addTransceiver('audio', { direction: 'recvonly' });
    connection.addTransceiver('video', { direction: 'recvonly' });
    return exchange(`/whep/${room}`, name, connection, gather);
  }

  async function streams(name, type) {
    const report = await sessions.get(name).connection.getStats();
    return [...report.values()]
      .filter((entry) => entry.type === type)
      .map((entry) => {
        const codec = report.get(entry.codecId);
        return {
          kind: entry.kind,
          mimeType: codec?.mimeType ?? '',
          format: codec?.sdpFmtpLine ?? '',
          framesDecoded: entry.framesDecoded ?? 0,
          frameWidth: entry.frameWidth ?? 0,
          frameHeight: entry.frameHeight ?? 0,
          totalAudioEnergy: entry.totalAudioEnergy ?? 0,
          coder: entry.encoderImplementation ?? entry.decoderImplementation ?? '',
        };
      });
  }

  async function transport(name) {
    const report = await sessions.get(name).connection.getStats();
    const found = [...report.values()].find((entry) => entry.type === 'transport');
    return { srtpCipher: found?.srtpCipher ?? '', tlsVersion: found?.tlsVersion ?? '' };
  }

  async function end(name) {
    const { connection, location } = sessions.get(name);
    sessions.delete(name);
    connection.close();
    connection.getReceivers().forEach(({ track }) => track.onended?.());
    await fetch(location, { method: 'DELETE' });
  }

  window.__media = {
    sendable: (kind) => described(capabilities(RTCRtpSender, kind)),
    receivable: (kind) => described(capabilities(RTCRtpReceiver, kind)),
    publish,
    play,
    transport,
    received: (name) => streams(name, 'inbound-rtp'),
    end: (name) => end(name).then(() => true),
  };
})();
