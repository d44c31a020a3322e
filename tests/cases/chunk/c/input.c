/*
 * A ring of log entries in shared memory. One writer, any number of readers.
 */
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "ring.h"

#define RING_SLOTS 64u
#define RING_MASK (RING_SLOTS - 1u)
/* Rounds up to a whole slot. */
#define ROUND_UP(n, to) (((n) + (to) - 1u) / (to) * (to))

typedef unsigned char byte;
typedef int (*ring_filter)(const struct entry *entry, void *context);

enum level {
  LEVEL_DEBUG,
  LEVEL_INFO,
  LEVEL_ERROR = 10,
};

struct entry {
  uint64_t sequence;
  enum level level;
  char text[112];
};

typedef struct ring {
  _Atomic uint64_t next;
  struct entry slots[RING_SLOTS];
  union {
    byte raw[8];
    uint64_t number;
  } tag;
} ring_t;

/* Counts what was lost; for tests only. */
static unsigned long lost, repeated = 0;
extern const char *const level_names[];

static int by_level(const struct entry *entry, void *context);
uint64_t ring_next(const ring_t *ring);

const char *const level_names[] = {
    [LEVEL_DEBUG] = "debug",
    [LEVEL_INFO] = "info",
    [LEVEL_ERROR] = "error",
};

/*
 * Appends one entry. Never blocks: an old entry is overwritten.
 */
void ring_append(ring_t *ring, enum level level, const char *text) {
  uint64_t sequence = atomic_fetch_add(&ring->next, 1);
  struct entry *slot = &ring->slots[sequence & RING_MASK];
  slot->sequence = 0;
  slot->level = level;
  strncpy(slot->text, text, sizeof slot->text - 1);
  slot->sequence = sequence + 1;
}

// Copies the entries that the filter lets through.
static size_t
ring_copy(const ring_t *ring, struct entry *out, size_t room,
          ring_filter filter, void *context)
{
  size_t count = 0;
  uint64_t end = atomic_load(&ring->next);
  uint64_t begin = end > RING_SLOTS ? end - RING_SLOTS : 0;
  for (uint64_t at = begin; at < end && count < room; ++at) {
    const struct entry *slot = &ring->slots[at & RING_MASK];
    if (slot->sequence != at + 1) {
      ++lost;
      continue;
    }
    if (filter && !filter(slot, context)) {
      continue;
    }
    memcpy(&out[count], slot, sizeof *slot);
    if (out[count].sequence != at + 1) {
      /* The writer came round while we copied. */
      ++repeated;
      continue;
    }
    ++count;
  }
  return count;
}

static int by_level(const struct entry *entry, void *context) {
  return entry->level >= *(const enum level *)context;
}

#ifdef RING_DUMP
#include <stdio.h>

/* For debuggers. */
void ring_dump(const ring_t *ring) {
  for (unsigned i = 0; i < RING_SLOTS; ++i) puts(ring->slots[i].text);
}
#endif
