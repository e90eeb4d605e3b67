/* number.h - our numbers at channels: an id without its underscore, "att0HZX3K9F2M7QA". */
#pragma once

#include "base/id.h"
#include "core/ledger.h"

void number_write(enum id_kind kind, int64_t id, char out[REQUEST_KEY_MAX + 1]);
