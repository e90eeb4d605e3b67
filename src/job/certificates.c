/* certificates.c - twice a day a platform is asked for its certificates, at a minute of chance; at
 * once when an account is new or something was signed by an unknown one. */
#include "job/kinds.h"

#include "app/certificate_fetch.h"
#include "sys/log.h"

enum { AGAIN_MS = 60 * 1000, EVERY_MS = 12 * 3600 * 1000, SPREAD_MS = 3600 * 1000 };

static enum job_result run(const struct services *s, int64_t merchant, int64_t account,
			   struct job_next *next)
{
	bool wanted = false;
	enum err e = certificates_fetch(s, merchant, account, &wanted);

	if (e == ERR_NOT_FOUND || (e == ERR_OK && !wanted))
		return JOB_DONE;
	if (e != ERR_OK) {
		log_err(LOG_WARN, "channel.certificates", e);
		return job_again(s, next, AGAIN_MS);
	}
	return job_again(s, next, EVERY_MS - (int64_t)rand_below(s->rand, SPREAD_MS));
}

const struct job_kind_def KIND_CERTIFICATES = { .kind = JOB_CERTIFICATES,
						.name = "certificates",
						.run = run };
