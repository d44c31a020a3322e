#ifndef SHOP_PRICE_H
#define SHOP_PRICE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Hundredths of the currency. */
typedef int64_t cents;

struct price {
  cents amount;
  char currency[4];
};

/* Adds two prices of one currency. */
int price_add(struct price *to, const struct price *other);
void price_print(const struct price *price);

static inline int price_is_zero(const struct price *price) {
  return price->amount == 0;
}

#if defined(PRICE_CHECKED)
static inline cents price_twice(cents amount) {
  return amount > INT64_MAX / 2 ? INT64_MAX : 2 * amount;
}
#else
static inline cents price_twice(cents amount) { return 2 * amount; }
#endif

#ifdef __cplusplus
}
#endif

#endif /* SHOP_PRICE_H */
