/**
 * The call page. Its address may say: `room`, `name`, `identity`, `token`, `audio=0`, `video=0` (start with these off), and `join=1` to
 * join without being asked. While in a call the SDK's Room is at `window.sluiceRoom`, for tests and for the curious.
 */
import { Room } from '../sdk/sluice.js';
import { CallView } from './call-view.js';
import { DeviceMenus } from './devices.js';
import { PAGE_TILES } from './gallery.js';
import { drawIcons } from './icons.js';
import { explain, LocalMedia } from './local-media.js';
import { Prejoin } from './prejoin.js';
import { toast } from './toasts.js';

/** A page of tiles and the screens beside it; more voices than these at once are a noise. */
const SLOTS = { audio: 4, video: PAGE_TILES + 2 };

const FAREWELLS = {
  left: 'You left the call.',
  removed: 'You have been removed from the call.',
  banned: 'You have been removed from the call, and cannot come back for now.',
  replaced: 'You joined this call in another window.',
  'room-closed': 'The call has ended.',
};

const address = new URL(location.href).searchParams;
const token = rememberedForReload('token');
const identity = rememberedForReload('identity', `guest-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`);
const call = document.getElementById('call');
const media = new LocalMedia();
const view = new CallView(media);
const prejoin = new Prejoin(media, { room: address.get('room') ?? '', name: address.get('name') ?? '', key: keyOfFragment() }, join);
const menus = ['prejoin-devices', 'call-devices'].map((id) => new DeviceMenus(document.getElementById(id), media, view.speaker));

/** Browsers do not send the fragment to the server, which must not know the key. */
function keyOfFragment() {
  return new URLSearchParams(location.hash.slice(1)).get('key') ?? '';
}

/** From the address or, as that is not meant to be copied, from what this window was opened with before a reload. */
function rememberedForReload(parameter, fallback) {
  const key = `sluice.${parameter}`;
  const value = address.get(parameter) ?? sessionStorage.getItem(key) ?? fallback;
  if (value !== undefined) {
    sessionStorage.setItem(key, value);
  }
  return value;
}

async function join({ room: roomName, name, key }) {
  prejoin.busy = true;
  prejoin.fail('');
  const encryption = key ? { key } : undefined;
  let room;
  try {
    room = new Room({ room: roomName, name: name || 'Guest', identity, token, slots: SLOTS, encryption });
    window.sluiceRoom = room;
    view.open(room, name);
    await media.bind(room);
    await room.join();
  } catch (error) {
    view.close();
    media.unbind();
    prejoin.open();
    prejoin.fail(error.message);
    return;
  }
  room.addEventListener('closed', ({ detail: { code, message } }) => ended(FAREWELLS[code] ?? message), { once: true });
  history.replaceState(null, '', `?room=${encodeURIComponent(roomName)}${key ? `#key=${encodeURIComponent(key)}` : ''}`);
  document.title = `${roomName} – Sluice`;
  prejoin.close();
  call.hidden = false;
  view.joined();
}

function ended(farewell) {
  view.close();
  media.unbind();
  call.hidden = true;
  document.title = 'Sluice';
  prejoin.open(farewell);
}

async function start() {
  drawIcons(document);
  media.addEventListener('failure', ({ detail: { source, error } }) => {
    if (!call.hidden) {
      toast(explain(error, source));
    }
  });
  prejoin.open();
  const audio = address.get('audio') !== '0';
  const video = address.get('video') !== '0';
  if (navigator.mediaDevices) {
    if (audio && video) {
      await media.openBoth();
    } else {
      await Promise.all([audio && media.set('microphone', true), video && media.set('camera', true)]);
    }
  } else {
    prejoin.fail('This address is not secure: use https, or localhost, for camera and microphone.');
  }
  menus.forEach((menu) => menu.refresh());
  if (address.get('join') === '1') {
    document.getElementById('join-form').requestSubmit();
  }
}

start();
