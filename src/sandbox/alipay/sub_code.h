/* sub_code.h - the platform's result codes and their sentences, once.
 *
 * Source: Alipay open platform, "common error codes" and the error tables of the alipay.trade.*
 * methods; the misspellings are the platform's.
 */
#pragma once

/* "40004" -> "Business Failed".  Never NULL. */
const char *code_text(const char *code);

/* "ACQ.TRADE_NOT_EXIST" -> the Chinese sentence; a general one for a code not in the table. */
const char *sub_code_text(const char *sub_code);
