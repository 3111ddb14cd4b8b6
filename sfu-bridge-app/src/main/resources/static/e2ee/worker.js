/** Where frames are encrypted and decrypted: off the page's thread, next to the browser's codecs. */
import { clearBytes, FrameCipher, KeyRing } from './frame-cipher.js';

const keys = new KeyRing();

self.onmessage = ({ data }) => {
  if (data.type === 'key') {
    keys.set(data.id, data.key);
  } else if (data.type === 'transform') {
    run(data.readable, data.writable, data.options);
  }
};

self.onrtctransform = ({ transformer }) => run(transformer.readable, transformer.writable, transformer.options);

/** @param {{role: 'encrypt' | 'decrypt', kind: 'audio' | 'video'}} options */
function run(readable, writable, { role, kind }) {
  const cipher = new FrameCipher(keys);
  const transform = async (frame, controller) => {
    const codec = kind === 'video' ? frame.getMetadata().mimeType?.split('/')[1].toUpperCase() ?? 'VP8' : '';
    const clear = clearBytes(kind, codec, frame.type === 'key');
    const data = await cipher[role](new Uint8Array(frame.data), clear, codec === 'AV1');
    if (data) {
      frame.data = data.buffer;
      controller.enqueue(frame);
    }
  };
  readable
    .pipeThrough(new TransformStream({ transform }))
    .pipeTo(writable)
    .catch(() => {
      // The sender or receiver is gone.
    });
}
