// The bare work of an SFU, as a mark to measure a server against: take SRTP streams (AEAD_AES_128_GCM), decrypt each
// packet once, and for each receiver of its stream write the receiver's SSRC, encrypt under the receiver's key, and send.
// Real key derivation, salts and rollover counters, so that receivers can check what comes. No ICE, DTLS, RTCP, history,
// congestion control or statistics. One thread. Packets for a receiver wait until their frame's marker bit, RUN packets,
// or the deadline after the first, and leave as one message (UDP GSO), all receivers' messages in few sendmmsg calls.
//
//   cc -O2 -o forward forward.c -lcrypto
//   forward DEADLINE_US GSO         configured by lines on standard input:
//     in KEYHEX                     the next stream; KEYHEX is the master key (16 bytes) and salt (12)
//     out PORT SSRC KEYHEX          a receiver of that stream, on 127.0.0.1
//     go                            binds a port for each stream and prints them, then forwards until the input ends
//   At the end it prints how many packets and messages it has sent.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { TAG = 16, SLOT = 2048, RUN = 16, BATCH = 64, MAX_STREAMS = 1024 };

struct key {
  EVP_CIPHER_CTX *cipher;
  unsigned char salt[12];
};

struct receiver {
  struct key key;
  struct sockaddr_in to;
  unsigned char ssrc[4];
};

struct stream {
  struct key key;
  int socket, receivers, held, marker, sequence;
  unsigned rollovers;
  long long first;
  struct receiver *receiver;
  int length[RUN], header[RUN];
  unsigned long long index[RUN];
  unsigned char plain[RUN][SLOT];
};

static struct stream *streams[MAX_STREAMS];
static struct pollfd polled[MAX_STREAMS + 1];
static int count, gso;
static long long deadline_ns, forwarded, messages, refused;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// RFC 3711 section 4.3: the key with this label, by AES in counter mode from the salt with the label in it.
static void derive(const unsigned char *master, int label, unsigned char *out, int length) {
  unsigned char block[16] = {0}, zero[16] = {0};
  int n;
  memcpy(block, master + 16, 12);  // a salt of 96 bits is followed by zeros (RFC 7714 section 11)
  block[7] ^= label;
  EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(c, EVP_aes_128_ctr(), NULL, master, block);
  EVP_EncryptUpdate(c, out, &n, zero, length);
  EVP_CIPHER_CTX_free(c);
}

static struct key key(const char *hex, int encrypt) {
  unsigned char master[28], session[16];
  struct key k;
  for (int i = 0; i < 28; i++)
    if (sscanf(hex + 2 * i, "%2hhx", &master[i]) != 1) die("key");
  derive(master, 0, session, 16);
  derive(master, 2, k.salt, 12);
  k.cipher = EVP_CIPHER_CTX_new();
  EVP_CipherInit_ex(k.cipher, EVP_aes_128_gcm(), NULL, session, NULL, encrypt);
  return k;
}

// RFC 7714 section 8.1.
static void vector(unsigned char *iv, const struct key *k, const unsigned char *header, unsigned long long index) {
  memcpy(iv, k->salt, 12);
  for (int i = 0; i < 4; i++) iv[2 + i] ^= header[8 + i];
  for (int i = 0; i < 6; i++) iv[6 + i] ^= index >> (40 - 8 * i);
}

static int header_length(const unsigned char *p, int n) {
  int h = 12 + 4 * (p[0] & 15);
  if (n < 12 || p[0] >> 6 != 2 || (p[1] & 0x7F) >= 64 && (p[1] & 0x7F) < 96) return -1;  // the latter: RTCP
  if (p[0] & 0x10) h += h + 4 <= n ? 4 + 4 * (p[h + 2] << 8 | p[h + 3]) : n;
  return h + TAG <= n ? h : -1;
}

static void take(struct stream *s, const unsigned char *in, int n) {
  int h = header_length(in, n), sequence = in[2] << 8 | in[3], length, k = s->held;
  unsigned char iv[12], *out = s->plain[k];
  if (h < 0) return;
  unsigned rollovers = s->rollovers;
  if (s->sequence >= 0 && sequence < s->sequence - 0x8000) rollovers++;
  unsigned long long index = (unsigned long long)rollovers << 16 | sequence;
  vector(iv, &s->key, in, index);
  memcpy(out, in, h);
  EVP_DecryptInit_ex(s->key.cipher, NULL, NULL, NULL, iv);
  EVP_DecryptUpdate(s->key.cipher, NULL, &length, in, h);
  EVP_DecryptUpdate(s->key.cipher, out + h, &length, in + h, n - h - TAG);
  EVP_CIPHER_CTX_ctrl(s->key.cipher, EVP_CTRL_GCM_SET_TAG, TAG, (void *)(in + n - TAG));
  if (EVP_DecryptFinal_ex(s->key.cipher, out + n - TAG, &length) <= 0) {
    refused++;
    return;
  }
  s->rollovers = rollovers, s->sequence = sequence;
  s->header[k] = h, s->length[k] = n - TAG, s->index[k] = index;
  s->marker = in[1] >> 7;
  if (!s->held++) s->first = now_ns();
}

static int protect(struct receiver *r, struct stream *s, int k, unsigned char *out) {
  unsigned char iv[12];
  int h = s->header[k], body = s->length[k] - h, n;
  memcpy(out, s->plain[k], h);
  memcpy(out + 8, r->ssrc, 4);
  vector(iv, &r->key, out, s->index[k]);
  EVP_EncryptInit_ex(r->key.cipher, NULL, NULL, NULL, iv);
  EVP_EncryptUpdate(r->key.cipher, NULL, &n, out, h);
  EVP_EncryptUpdate(r->key.cipher, out + h, &n, s->plain[k] + h, body);
  EVP_EncryptFinal_ex(r->key.cipher, out + h + n, &n);
  EVP_CIPHER_CTX_ctrl(r->key.cipher, EVP_CTRL_GCM_GET_TAG, TAG, out + h + body);
  return s->length[k] + TAG;
}

static struct mmsghdr out_message[BATCH];
static struct iovec out_vector[BATCH];
static unsigned char out_bytes[BATCH][RUN * SLOT];
static char out_control[BATCH][CMSG_SPACE(sizeof(unsigned short))];

static void transmit(int socket, int n) {
  for (int sent = 0, r; sent < n; sent += r)
    if ((r = sendmmsg(socket, out_message + sent, n - sent, 0)) < 0) {
      if (errno != EAGAIN && errno != ENOBUFS) die("sendmmsg");
      r = 0;
    }
  messages += n;
}

// Equal sizes, but for a smaller last one, can be one message.
static int run(const struct stream *s, int from) {
  int n = 1;
  while (gso && from + n < s->held && s->length[from + n] <= s->length[from])
    if (s->length[from + n++] < s->length[from]) break;
  return n;
}

static void flush(struct stream *s) {
  int n = 0;
  for (int i = 0; i < s->receivers; i++) {
    struct receiver *r = &s->receiver[i];
    for (int from = 0, packets; from < s->held; from += packets) {
      int total = 0, segment = s->length[from] + TAG;
      packets = run(s, from);
      for (int k = from; k < from + packets; k++) total += protect(r, s, k, out_bytes[n] + total);
      struct msghdr *m = &out_message[n].msg_hdr;
      out_vector[n] = (struct iovec){out_bytes[n], total};
      *m = (struct msghdr){.msg_name = &r->to, .msg_namelen = sizeof r->to, .msg_iov = &out_vector[n], .msg_iovlen = 1};
      if (packets > 1) {
        m->msg_control = out_control[n], m->msg_controllen = sizeof out_control[n];
        struct cmsghdr *c = CMSG_FIRSTHDR(m);
        c->cmsg_level = IPPROTO_UDP, c->cmsg_type = UDP_SEGMENT, c->cmsg_len = CMSG_LEN(sizeof(unsigned short));
        *(unsigned short *)CMSG_DATA(c) = segment;
      }
      if (++n == BATCH) transmit(s->socket, n), n = 0;
    }
  }
  if (n) transmit(s->socket, n);
  forwarded += (long long)s->held * s->receivers;
  s->held = s->marker = 0;
}

static void listen_all(void) {
  for (int i = 0; i < count; i++) {
    int big = 4 << 20;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof a;
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) || getsockname(s, (struct sockaddr *)&a, &length)) die("bind");
    // All send from the first stream's socket, as a server with one port does.
    streams[i]->socket = i ? streams[0]->socket : s;
    polled[i] = (struct pollfd){.fd = s, .events = POLLIN};
    printf("%d\n", ntohs(a.sin_port));
  }
  polled[count] = (struct pollfd){.fd = 0, .events = POLLIN};
  printf("ready\n");
  fflush(stdout);
}

static void configure(void) {
  char line[256], hex[100];
  unsigned port, ssrc;
  while (fgets(line, sizeof line, stdin) && strcmp(line, "go\n")) {
    if (sscanf(line, "in %56s", hex) == 1 && count < MAX_STREAMS) {
      struct stream *s = streams[count++] = calloc(1, sizeof *s);
      s->key = key(hex, 0), s->sequence = -1;
    } else if (sscanf(line, "out %u %u %56s", &port, &ssrc, hex) == 3 && count) {
      struct stream *s = streams[count - 1];
      s->receiver = realloc(s->receiver, (s->receivers + 1) * sizeof *s->receiver);
      struct receiver *r = &s->receiver[s->receivers++];
      *r = (struct receiver){.key = key(hex, 1), .to = {.sin_family = AF_INET, .sin_port = htons(port)}};
      r->to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      for (int i = 0; i < 4; i++) r->ssrc[i] = ssrc >> (24 - 8 * i);
    } else {
      fprintf(stderr, "not understood: %s", line);
      exit(2);
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  deadline_ns = atoi(argv[1]) * 1000LL, gso = atoi(argv[2]);
  configure();
  listen_all();
  static unsigned char in[SLOT];
  while (!polled[count].revents) {
    long long wait = 250000000, now = now_ns();
    for (int i = 0; i < count; i++) {
      struct stream *s = streams[i];
      if (!s->held) continue;
      if (s->first + deadline_ns <= now) flush(s);
      else if (s->first + deadline_ns - now < wait) wait = s->first + deadline_ns - now;
    }
    struct timespec t = {0, wait};
    if (ppoll(polled, count + 1, &t, NULL) <= 0) continue;
    for (int i = 0; i < count; i++) {
      if (!polled[i].revents) continue;
      struct stream *s = streams[i];
      for (int n; (n = recv(polled[i].fd, in, SLOT, 0)) >= 0;) {
        take(s, in, n);
        if (s->held && (s->marker || s->held == RUN || !gso)) flush(s);
      }
    }
  }
  printf("%lld %lld %lld\n", forwarded, messages, refused);
  return 0;
}
