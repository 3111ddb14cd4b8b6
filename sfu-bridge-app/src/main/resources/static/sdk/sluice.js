/**
 * The Sluice browser SDK: join a room, publish tracks, show those of the others. docs/sdk.md is its manual, sluice.d.ts its
 * types. It needs nothing but a browser.
 *
 * @module sluice
 */
export { Room } from './room.js';
export { SluiceError } from './errors.js';
export { LocalParticipant, RemoteParticipant, RemoteTrack } from './participants.js';
export { LocalPublication } from './publication.js';
