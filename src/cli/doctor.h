/* doctor.h - what the checks of `tael doctor` share. */
#pragma once

#include "cli/world.h"
#include "sys/json.h"

#include <stdbool.h>

enum doctor_word {
	DOCTOR_OK,
	DOCTOR_WARN, /* worth knowing; it works */
	DOCTOR_BAD   /* something does not work, or will not for long */
};

struct doctor {
	const char *dir;
	struct world world; /* store NULL: it could not be opened */
	bool offline, json;
	struct jout out;
	int bad, warned;
};

/* Tells one result: "modes", "other users may read tael.db". */
void doctor_say(struct doctor *d, enum doctor_word word, const char *check, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* From this thread's error slot. */
void doctor_failed(struct doctor *d, const char *check, enum err e);

/* The checks, in order. */
void doctor_files(struct doctor *d);
void doctor_disk(struct doctor *d);
void doctor_libraries(struct doctor *d);
void doctor_settings(struct doctor *d);
void doctor_store(struct doctor *d);
void doctor_channels(struct doctor *d);
