/* Bytes as a bill of QQ Wallet. */
#include "bill_check.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	return bill_check(qq_bill_read, data, len);
}
