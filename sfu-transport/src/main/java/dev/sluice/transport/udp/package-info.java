/**
 * The UDP port that all participants share, owned by Netty: epoll where its natives are present,
 * NIO elsewhere. Reads datagrams in batches, writes each peer's waiting datagrams as few segmented
 * messages. Knows addresses and bytes, nothing of peers.
 */
@NullMarked
package dev.sluice.transport.udp;

import org.jspecify.annotations.NullMarked;
