/* What CoreMark does, in our own words: lists, matrices, a state machine and a CRC. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint16_t crc(uint16_t value, uint16_t so_far) {
  for (int bit = 0; bit < 16; bit++) {
    uint16_t carry = (value ^ so_far) & 1;
    value >>= 1;
    so_far >>= 1;
    if (carry) so_far ^= 0xa001;
  }
  return so_far;
}

struct node { struct node *next; int16_t key, value; };

static struct node *merge(struct node *a, struct node *b, int (*before)(const struct node *, const struct node *)) {
  struct node head = {0}, *last = &head;
  while (a && b) {
    struct node **from = before(a, b) ? &a : &b;
    last = last->next = *from;
    *from = (*from)->next;
  }
  last->next = a ? a : b;
  return head.next;
}

static int by_key(const struct node *a, const struct node *b) { return a->key <= b->key; }
static int by_value(const struct node *a, const struct node *b) {
  return crc((uint16_t)a->value, 0) <= crc((uint16_t)b->value, 0);
}

static struct node *sort(struct node *list, int (*before)(const struct node *, const struct node *)) {
  if (!list || !list->next) return list;
  struct node *slow = list, *fast = list->next;
  while (fast && fast->next) { slow = slow->next; fast = fast->next->next; }
  struct node *second = slow->next;
  slow->next = NULL;
  return merge(sort(list, before), sort(second, before), before);
}

static struct node *reverse(struct node *list) {
  struct node *reversed = NULL;
  while (list) { struct node *next = list->next; list->next = reversed; reversed = list; list = next; }
  return reversed;
}

#define N 24
static uint16_t matrices(int16_t seed) {
  static int16_t a[N][N], b[N][N];
  static int32_t c[N][N];
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) { a[i][j] = seed + i * j; b[i][j] = seed - i + j; }
  uint16_t sum = 0;
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) {
    int32_t total = 0;
    for (int k = 0; k < N; k++) total += ((a[i][k] * b[k][j]) >> 2 & 0xf) * (b[k][j] & 0x7f);
    c[i][j] = total;
  }
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) sum = crc((uint16_t)c[i][j], sum);
  return sum;
}

enum state { START, INVALID, SIGN, INTEGER, FRACTION, EXPONENT, SCIENTIFIC, STATES };
static enum state scan(const char **at, uint32_t *visits) {
  enum state now = START;
  for (; **at && now != INVALID; (*at)++) {
    char c = **at;
    if (c == ',') { (*at)++; break; }
    int digit = c >= '0' && c <= '9';
    switch (now) {
      case START: now = digit ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : INVALID; break;
      case SIGN: now = digit ? INTEGER : c == '.' ? FRACTION : INVALID; break;
      case INTEGER: now = digit ? INTEGER : c == '.' ? FRACTION : INVALID; break;
      case FRACTION: now = digit ? FRACTION : c == 'e' || c == 'E' ? EXPONENT : INVALID; break;
      case EXPONENT: now = digit || c == '+' || c == '-' ? SCIENTIFIC : INVALID; break;
      case SCIENTIFIC: now = digit ? SCIENTIFIC : INVALID; break;
      default: break;
    }
    visits[now]++;
  }
  return now;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 300;
  static const char text[] = "5012,-874,+122,35.54400,.1234500,-110.700,+0.64400,5.500e+3,-.123e-2,-87e+832,+0.6e-12,T0.3e-1F,-T.T++Tq,1T3.4e4z,34.0e-T^,";
  enum { LENGTH = 200 };
  struct node *nodes = malloc(LENGTH * sizeof *nodes);
  uint16_t sum = 0;
  for (int round = 0; round < rounds; round++) {
    for (int n = 0; n < LENGTH; n++)
      nodes[n] = (struct node){n + 1 < LENGTH ? &nodes[n + 1] : NULL, (int16_t)((n * 7919 + round) % 512), (int16_t)(n ^ round)};
    struct node *list = reverse(sort(sort(nodes, by_value), by_key));
    for (; list; list = list->next) sum = crc((uint16_t)list->value, sum);
    sum = crc(matrices((int16_t)round), sum);
    uint32_t visits[STATES] = {0};
    for (int times = 0; times < 8; times++)
      for (const char *at = text; *at;) sum = crc((uint16_t)scan(&at, visits), sum);
    for (int s = 0; s < STATES; s++) sum = crc((uint16_t)visits[s], sum);
  }
  printf("%04x\n", sum);
  free(nodes);
}
