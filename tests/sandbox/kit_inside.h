/* kit_inside.h - what the files of the kit share. */
#pragma once

#include "base/str.h"
#include "kit.h"

/* Memory that lives until the program ends; any thread. */
void *kit_room(size_t n);
const char *kit_keep(struct str s);

void kit_shop_start(void);
void kit_shop_stop(void);
const char *kit_shop_url(void);

/* kit_sign.c: the shop's keys out of DIR/alipay.json and DIR/alipay-cert.json */
void kit_keys_read(const char *dir);
void kit_keys_free(void);
const char *kit_gateway_sn(bool root); /* certificate mode: the SNs to name */
bool kit_verify(enum kit_mode mode, const char *text, size_t n, const char *sign);
