/* secret_logged.c - not a program: with FIELD, any constructor of a log field, it must not compile.
 */
#include "sys/log.h"
#include "sys/secret.h"

void secret_log(const struct secret *s);

void secret_log(const struct secret *s)
{
#ifdef FIELD
	LOG(LOG_INFO, "key.read", FIELD("key", *s));
#else
	LOG(LOG_INFO, "key.read", LOG_I("bytes", (int64_t)s->n));
#endif
}
