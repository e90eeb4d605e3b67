/* Bytes as a bill of Alipay. */
#include "bill_check.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	return bill_check(alipay_bill_read, data, len);
}
