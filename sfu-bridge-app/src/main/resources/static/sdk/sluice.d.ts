/** Types of the Sluice browser SDK. docs/sdk.md is its manual. */

export type TrackSource = 'microphone' | 'camera' | 'screen' | 'screen-audio' | 'unknown';
export type MediaKind = 'audio' | 'video';
export type RoomState = 'new' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface RoomOptions {
  /** The room's name. */
  room: string;
  /** The signalling endpoint; by default `/signal` of the server that the SDK was loaded from. */
  url?: string;
  /** An access token, or a function that gets a fresh one for each join. A server in development mode needs none. */
  token?: string | (() => string | Promise<string>);
  /** Who this is, where no token says it. */
  identity?: string;
  /** The name for display, where no token says it. */
  name?: string;
  /** False for a client that only publishes. Default true. */
  receive?: boolean;
  /**
   * The most slots of each kind. With more tracks than these, `Room.view` says what is shown; without it, there are slots for
   * all tracks, up to 24 of each kind.
   */
  slots?: { audio?: number; video?: number };
  /** Pairs of slots offered beyond those needed now, so that who joins next is seen without a negotiation. Default 2. */
  spareSlots?: number;
  /** After so long without a connection the room closes. Default 120 000. */
  reconnectLimitMillis?: number;
  /** End-to-end encryption with a passphrase that all share; see docs/e2ee.md. */
  encryption?: { key: string };
  /** Merged into the configuration of the peer connection, for example `iceTransportPolicy`. */
  rtcConfiguration?: RTCConfiguration;
}

export interface PublishOptions {
  source?: TrackSource;
  /** A label for the others, at most 128 characters. */
  name?: string;
  /** Starts muted. */
  muted?: boolean;
  /** Sends video in three sizes (rids q, h, f). Default false. */
  simulcast?: boolean;
  maxBitrateBps?: number;
  /** The codec to send where browser and server have it: `VP8`, `VP9`, `H264`, `AV1`; `red` for redundant audio. */
  codec?: string;
  /** The layers in one stream (W3C webrtc-svc), for example `L3T3_KEY`; with `simulcast` those of each of the three. */
  scalabilityMode?: string;
}

export class SluiceError extends Error {
  readonly code: string;
  readonly fatal: boolean;
}

export class Encryption {
  private constructor();
  /** Encrypts with another key, under another id (0 to 255; the first is 0), from now on. */
  setKey(passphrase: string, id: number): Promise<void>;
}

export class LocalPublication {
  private constructor();
  /** The server's id of the track; empty until the server has announced it. */
  readonly id: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly name: string;
  readonly muted: boolean;
  readonly track: MediaStreamTrack | null;
  mute(): Promise<void>;
  unmute(): Promise<void>;
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
  /** Only these participants get it from now on; with null everyone again. */
  whisper(participants: RemoteParticipant[] | null): void;
  unpublish(): Promise<void>;
}

export class LocalParticipant {
  private constructor();
  readonly id: string;
  readonly identity: string;
  readonly name: string;
  readonly role: string;
  readonly metadata: string;
  readonly handRaised: boolean;
  readonly publications: ReadonlySet<LocalPublication>;
  publication(source: TrackSource): LocalPublication | undefined;
}

export class RemoteTrack {
  private constructor();
  readonly id: string;
  readonly participant: RemoteParticipant;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly name: string;
  readonly muted: boolean;
  /** The CSRC that the track's packets carry in every slot. */
  readonly csrc: number;
  /** The mid of the slot that shows it, or null. */
  readonly slot: string | null;
  /** What that slot receives, or null. */
  readonly mediaStreamTrack: MediaStreamTrack | null;
  /** False also while its slot still plays the track that it showed before, until the first frame of this one. */
  readonly isPlaying: boolean;
  attach<E extends HTMLMediaElement = HTMLMediaElement>(element?: E): E;
  detach(element?: HTMLMediaElement): HTMLMediaElement[];
}

export class RemoteParticipant {
  private constructor();
  readonly id: string;
  readonly identity: string;
  readonly name: string;
  /** The application's own; `moderator` may moderate. */
  readonly role: string;
  /** The application's own. */
  readonly metadata: string;
  readonly handRaised: boolean;
  readonly tracks: ReadonlyMap<string, RemoteTrack>;
  track(source: TrackSource): RemoteTrack | undefined;
}

interface StreamStats {
  kind: MediaKind;
  bitrateBps: number;
  framesPerSecond: number | null;
  frameWidth: number | null;
  frameHeight: number | null;
  packetsLost: number;
  jitterMillis: number | null;
  roundTripTimeMillis: number | null;
}

export interface PublicationStats extends StreamStats {
  publication: LocalPublication;
  codec: string | null;
  qualityLimitation: string | null;
}

export interface SlotStats extends StreamStats {
  mid: string;
  track: RemoteTrack | null;
  framesDecoded: number | null;
  freezeCount: number | null;
  freezesMillis: number | null;
  audioLevel: number | null;
}

export interface RoomStats {
  timestamp: number;
  roundTripTimeMillis: number | null;
  availableOutgoingBitrateBps: number | null;
  publications: PublicationStats[];
  slots: SlotStats[];
}

/** How the server uses the path to this participant, and why. Rates in bit/s. */
export interface Downlink {
  /** What the path is held to carry; null before anything is known. */
  estimateBps: number | null;
  estimateReason: EstimateReason;
  /** Whether queues grew or packets were lost at about this rate. */
  congested: boolean;
  /** 0 to 1. */
  lossShare: number;
  queueDelayMillis: number;
  roundTripMillis: number;
  /** What all slots together were given, voices included. */
  allocatedBps: number;
  /** What would be sent if the path carried everything. */
  wantedBps: number;
  sentBytes: number;
  /** Of them, to probe the path. */
  paddingBytes: number;
  slots: { mid: string; track: string; height: number; bitrateBps: number; cause: AllocationCause }[];
  /** The last ones, the oldest first. */
  changes: DownlinkChange[];
}

export type EstimateReason =
  | 'no-feedback' | 'first-arrivals' | 'growth' | 'probe' | 'overuse' | 'loss' | 'receiver' | 'feedback-lost';

export type AllocationCause = 'as-wanted' | 'capped' | 'bandwidth' | 'waiting' | 'no-evidence' | 'not-wanted' | 'no-source';

/** A change of what a slot gets, and what was known when it was made. A height of 0 is a pause. */
export interface DownlinkChange {
  agoMillis: number;
  mid: string;
  fromHeight: number;
  toHeight: number;
  bitrateBps: number;
  cause: AllocationCause;
  estimateReason: EstimateReason;
  estimateBps: number | null;
  lossShare: number;
  queueDelayMillis: number;
  allocatedBps: number;
}

interface TrackDetail {
  track: RemoteTrack;
  participant: RemoteParticipant;
}

export interface RoomSettings {
  /** The application's own. */
  metadata: string;
  locked: boolean;
  waitingRoom: boolean;
  encryptionRequired: boolean;
}

/** Somebody who is not admitted yet. */
export interface WaitingParticipant {
  id: string;
  identity: string;
  name: string;
}

export type ModeratorAction = 'mute' | 'ask-to-unmute' | 'lower-hand' | 'remove' | 'admit' | 'lock' | 'unlock';

export interface RoomEventMap {
  /** During `join()`: the room has a waiting room, and somebody must admit this client. */
  waiting: CustomEvent<{}>;
  /** For moderators: who waits now. */
  waitingchanged: CustomEvent<{ waiting: WaitingParticipant[] }>;
  roomupdated: CustomEvent<{ settings: RoomSettings }>;
  /** Somebody's role, metadata or hand has changed. */
  participantupdated: CustomEvent<{ participant: LocalParticipant | RemoteParticipant }>;
  /** A moderator would like the user to unmute this. */
  unmuterequested: CustomEvent<{ publication: LocalPublication }>;
  /** A message of the application; `participant` is null when its back end says it. */
  data: CustomEvent<{ participant: RemoteParticipant | null; topic: string; data: string }>;
  participantjoined: CustomEvent<{ participant: RemoteParticipant }>;
  participantleft: CustomEvent<{ participant: RemoteParticipant; reason: string }>;
  trackpublished: CustomEvent<TrackDetail>;
  trackunpublished: CustomEvent<TrackDetail>;
  trackmuted: CustomEvent<TrackDetail & { muted: boolean }>;
  /**
   * Whether the media of an attached track comes; `reason` is `codec` when this client lacks the publisher's codec, `bandwidth` when
   * its path does not carry it, `capped` when it is more than the server lets this client have, and `resuming` when its publisher has just been asked for it again.
   */
  trackavailability: CustomEvent<TrackDetail & { available: boolean; reason: 'codec' | 'bandwidth' | 'capped' | 'resuming' | null }>;
  /** This client sends more than the server lets it; the SDK already sends less. */
  /** An operator has taken this client to another room; the connection goes on, `room.name` is the new one. */
  moved: CustomEvent<{ from: string; room: string }>;
  publishlimit: CustomEvent<{ maxBitrateBps: number; bitrateBps: number }>;
  /** A slot shows the track. */
  trackattached: CustomEvent<TrackDetail & { mediaStreamTrack: MediaStreamTrack; slot: string }>;
  trackdetached: CustomEvent<TrackDetail & { slot: string }>;
  /** Who speaks now, loudest first. */
  speakers: CustomEvent<{ speakers: { participant: LocalParticipant | RemoteParticipant; levelDbov: number }[] }>;
  connectionstate: CustomEvent<{ state: RoomState; signalling: boolean; media: RTCPeerConnectionState }>;
  /** The signalling connection dropped; media goes on. */
  reconnecting: CustomEvent<{ cause: 'signalling' }>;
  /** It is back: the same session (`resumed`), or a new one in which all was published again. */
  reconnected: CustomEvent<{ resumed: boolean }>;
  /** The browser wants a click before it plays sound: call `startPlayback()` from one. */
  playbackblocked: CustomEvent<{ element: HTMLMediaElement }>;
  error: CustomEvent<{ error: SluiceError }>;
  /** The room is over for this client. `code` is `left`, a code of the protocol or one of the SDK. */
  closed: CustomEvent<{ code: string; message: string }>;
}

/** How slots are filled that are not bound. docs/protocol.md, “More tracks than slots”, has the rules. */
export interface ViewRules {
  /** `automatic`: by the server. `manual`: not. `classic`: by the first track that waits, for its life. Default `automatic`. */
  mode?: 'automatic' | 'manual' | 'classic';
  /** How many slots at most go to those who spoke last. Default all, and 0 with an `offset`. */
  speakers?: number;
  /** Where the page of the other cameras begins. Default 0. */
  offset?: number;
  /** How many videos at most. Default all. */
  lastN?: number;
}

/** What is of use of a track, in device pixels and frames per second; 0 or left out for no limit. */
export interface TrackLimits {
  maxWidth?: number;
  maxHeight?: number;
  maxFps?: number;
  /** 0 (usual) to 3: which picture is to be good first when the path does not carry everything. */
  priority?: 0 | 1 | 2 | 3;
}

/** What this client wants to see. No change of it costs a negotiation. */
export class View {
  private constructor();
  /** Ids of the pinned tracks, the most wanted first. */
  readonly pinned: string[];
  /** A rule that is left out has its default. */
  setRules(rules?: ViewRules): void;
  /** Shows a track before all others. */
  pin(track: RemoteTrack): void;
  unpin(track: RemoteTrack): void;
  /** Pins these tracks and no others, the most wanted first. */
  pinOnly(tracks: RemoteTrack[]): void;
  subscribe(track: RemoteTrack): void;
  unsubscribe(track: RemoteTrack): void;
  /** Binds a slot (its mid) to a track, or to nothing with `null`. */
  bind(slot: string, track: RemoteTrack | null): void;
  /** Lets the server fill a slot again. */
  release(slot: string): void;
  /** Says what is of use of a track, in whatever slot it is shown; `null` for no limits. */
  limit(track: RemoteTrack, limits: TrackLimits | null): void;
}

/** The room as a gathering of people, apart from its media. */
export class Assembly {
  private constructor();
  readonly settings: RoomSettings;
  /** For moderators. */
  readonly waiting: ReadonlyMap<string, WaitingParticipant>;
  raiseHand(raised?: boolean): void;
  /** At most 8192 characters; to all others, or to some. */
  sendData(data: string, options?: { to?: RemoteParticipant[]; topic?: string }): void;
  moderate(action: ModeratorAction, participant?: RemoteParticipant | WaitingParticipant, track?: RemoteTrack): void;
}

export class Room extends EventTarget {
  constructor(options: RoomOptions);
  readonly name: string;
  readonly state: RoomState;
  readonly localParticipant: LocalParticipant;
  readonly participants: ReadonlyMap<string, RemoteParticipant>;
  readonly peerConnection: RTCPeerConnection | null;
  readonly view: View;
  readonly assembly: Assembly;
  join(): Promise<void>;
  publish(track: MediaStreamTrack, options?: PublishOptions): Promise<LocalPublication>;
  stats(): Promise<RoomStats>;
  downlink(): Promise<Downlink>;
  /** Null without end-to-end encryption. */
  readonly encryption: Encryption | null;
  startPlayback(): Promise<void>;
  leave(): void;
  /** For tests: cuts the signalling socket. */
  dropSignalling(): void;
  /** For tests: a new ICE path. */
  restartIce(): void;

  addEventListener<K extends keyof RoomEventMap>(
    type: K,
    listener: (this: Room, event: RoomEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof RoomEventMap>(
    type: K,
    listener: (this: Room, event: RoomEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}
