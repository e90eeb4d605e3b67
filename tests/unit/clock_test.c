#include "sys/clock.h"

#include "base/time.h"
#include "scratch.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "tap.h"

#include <fcntl.h>
#include <unistd.h>

#define HOUR_MS INT64_C(3600000)

struct bell {
	struct clock *clock;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool rung;
	const char *file; /* of the clock, to change it */
};

static void clock_freep(struct clock **c)
{
	clock_free(*c);
}

static bool offset_set(const char *file, int64_t offset)
{
	uint8_t bytes[8];
	CLEANUP(fd_closep) int fd = open(file, O_WRONLY | O_CLOEXEC);

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)((uint64_t)offset >> (8 * i));
	return fd >= 0 && pwrite(fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes);
}

/* True when the mapped clock is `offset` from the machine's, whatever time passes meanwhile. */
static bool wall_is_off_by(struct clock *c, int64_t offset)
{
	int64_t before = clock_system()->wall_ms(clock_system());
	int64_t wall = c->wall_ms(c);
	int64_t after = clock_system()->wall_ms(clock_system());

	return wall >= before + offset && wall <= after + offset;
}

static void the_machines_clock_runs(void)
{
	struct clock *c = clock_system();
	int64_t first = c->mono_ms(c);

	/* After the day this was written, before ids end. */
	EXPECT(c->wall_ms(c) > 1795334400000 - 400 * DAY_MS);
	EXPECT(c->wall_ms(c) < INT64_C(1) << 42);
	EXPECT(c->mono_ms(c) >= first);
	clock_free(c); /* does nothing */
	EXPECT(c->mono_ms(c) >= first);
}

static void later_sticks_at_the_end(void)
{
	EXPECT(clock_after(5, 7) == 12);
	EXPECT(clock_after(INT64_MAX - 1, 1) == INT64_MAX);
	EXPECT(clock_after(INT64_MAX - 1, 2) == INT64_MAX);
	EXPECT(clock_after(5, -7) == -2);
}

static void *ring(void *arg)
{
	struct bell *b = arg;

	(void)pthread_mutex_lock(&b->lock);
	b->rung = true;
	(void)pthread_cond_signal(&b->cond);
	(void)pthread_mutex_unlock(&b->lock);
	return NULL;
}

static void wait_until_rung(struct clock *clock)
{
	struct bell b = { .clock = clock, .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t thread;
	bool in_time = true;

	clock_cond_init(&b.cond);
	EXPECT(pthread_mutex_lock(&b.lock) == 0);
	EXPECT(pthread_create(&thread, NULL, ring, &b) == 0);
	while (!b.rung && in_time)
		in_time = clock->wait(clock, &b.cond, &b.lock, INT64_MAX);
	EXPECT(pthread_mutex_unlock(&b.lock) == 0);
	EXPECT(pthread_join(thread, NULL) == 0);
	EXPECT(in_time && b.rung);
	(void)pthread_cond_destroy(&b.cond);
}

/* Nobody rings: the wait ends by the clock, and not before its time. */
static void wait_in_vain(struct clock *clock, int64_t delta_ms)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int64_t until = clock->mono_ms(clock) + delta_ms;
	pthread_cond_t cond;

	clock_cond_init(&cond);
	EXPECT(pthread_mutex_lock(&lock) == 0);
	while (clock->wait(clock, &cond, &lock, until))
		;
	EXPECT(clock->mono_ms(clock) >= until);
	EXPECT(pthread_mutex_unlock(&lock) == 0);
	(void)pthread_cond_destroy(&cond);
}

static void the_machines_wait_ends_by_bell_or_time(void)
{
	CALL(wait_until_rung(clock_system()));
	CALL(wait_in_vain(clock_system(), 5));
	CALL(wait_in_vain(clock_system(), 0));
	CALL(wait_in_vain(clock_system(), -5));
	CALL(wait_in_vain(clock_system(), -clock_system()->mono_ms(clock_system()) - 5));
}

static void a_mapped_clock_makes_its_file(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(clock_freep) struct clock *c = NULL;
	CLEANUP(text_freep) char *text = NULL;
	size_t n = 0;

	EXPECT_ERR(ERR_OK, clock_mapped(scratch_file(&dir, "clock"), &c));
	EXPECT(wall_is_off_by(c, 0));
	EXPECT_ERR(ERR_OK, file_read(dir.file, 100, &text, &n));
	EXPECT_INT(8, n);
	EXPECT(memcmp(text, "\0\0\0\0\0\0\0\0", 8) == 0);
}

static void a_mapped_clock_follows_its_file(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(clock_freep) struct clock *c = NULL;

	EXPECT_ERR(ERR_OK,
		   file_create(scratch_file(&dir, "clock"), 0600, STR("\xe8\x03\0\0\0\0\0\0")));
	EXPECT_ERR(ERR_OK, clock_mapped(dir.file, &c));
	EXPECT(wall_is_off_by(c, 1000));
	EXPECT(offset_set(dir.file, 40 * 365 * DAY_MS));
	EXPECT(wall_is_off_by(c, 40 * 365 * DAY_MS));
	EXPECT(offset_set(dir.file, -HOUR_MS));
	EXPECT(wall_is_off_by(c, -HOUR_MS));
	/* Fifty years are enough. */
	EXPECT(offset_set(dir.file, INT64_MAX));
	EXPECT(wall_is_off_by(c, 50 * 366 * DAY_MS));
	EXPECT(offset_set(dir.file, INT64_MIN));
	EXPECT(c->wall_ms(c) >= 0);
}

/* A step back moves wall_ms back; mono_ms goes on, and every step forward is time that passed. */
static void mono_never_steps_back(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(clock_freep) struct clock *c = NULL;
	struct clock *machine = clock_system();
	int64_t base, mono;

	EXPECT_ERR(ERR_OK, clock_mapped(scratch_file(&dir, "clock"), &c));
	base = c->mono_ms(c);
	EXPECT(base >= 0 && base <= machine->mono_ms(machine));

	EXPECT(offset_set(dir.file, HOUR_MS));
	mono = c->mono_ms(c);
	EXPECT(mono >= base + HOUR_MS && mono <= machine->mono_ms(machine) + HOUR_MS);

	EXPECT(offset_set(dir.file, -HOUR_MS));
	EXPECT(wall_is_off_by(c, -HOUR_MS));
	EXPECT(c->mono_ms(c) >= mono);
	EXPECT(c->mono_ms(c) <= machine->mono_ms(machine) + HOUR_MS);

	EXPECT(offset_set(dir.file, 0));
	EXPECT(c->mono_ms(c) >= mono + HOUR_MS);
}

static void a_short_file_leaves_the_clock_as_it_was(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(clock_freep) struct clock *c = NULL;

	EXPECT_ERR(ERR_OK, clock_mapped(scratch_file(&dir, "clock"), &c));
	EXPECT(offset_set(dir.file, HOUR_MS));
	EXPECT(wall_is_off_by(c, HOUR_MS));
	EXPECT(truncate(dir.file, 3) == 0);
	EXPECT(wall_is_off_by(c, HOUR_MS));
}

static void *step_an_hour(void *arg)
{
	struct bell *b = arg;

	b->rung = offset_set(b->file, HOUR_MS);
	return NULL;
}

/* The wait is for an hour that a step of the file makes pass. */
static void a_mapped_wait_sees_the_step(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	CLEANUP(clock_freep) struct clock *c = NULL;
	struct bell b = { .rung = false };
	pthread_t thread;

	EXPECT_ERR(ERR_OK, clock_mapped(scratch_file(&dir, "clock"), &c));
	b.file = dir.file;
	CALL(wait_until_rung(c));
	CALL(wait_in_vain(c, 30));
	CALL(wait_in_vain(c, -30));
	EXPECT(pthread_create(&thread, NULL, step_an_hour, &b) == 0);
	CALL(wait_in_vain(c, HOUR_MS - 1000));
	EXPECT(pthread_join(thread, NULL) == 0);
	EXPECT(b.rung);
}

static void what_is_no_clock_file_is_refused(void)
{
	CLEANUP(scratch_remove) struct scratch dir = scratch_make();
	struct clock *c = NULL;

	EXPECT_ERR(ERR_IO, clock_mapped(dir.path, &c));
	EXPECT_ERR(ERR_IO, clock_mapped(scratch_file(&dir, "none/clock"), &c));
	EXPECT_ERR(ERR_OK, file_create(scratch_file(&dir, "short"), 0600, STR("1234")));
	EXPECT_ERR(ERR_IO, clock_mapped(dir.file, &c));
	EXPECT(c == NULL);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(the_machines_clock_runs),
	TEST(later_sticks_at_the_end),
	TEST(the_machines_wait_ends_by_bell_or_time),
	TEST(a_mapped_clock_makes_its_file),
	TEST(a_mapped_clock_follows_its_file),
	TEST(mono_never_steps_back),
	TEST(a_short_file_leaves_the_clock_as_it_was),
	TEST(a_mapped_wait_sees_the_step),
	TEST(what_is_no_clock_file_is_refused),
};
/* clang-format on */

TAP_MAIN(TESTS)
