/* pages.h - what a person sees: the payer's cashier and the list of trades. */
#pragma once

#include "sandbox/state.h"

/* GET /cashier/TOKEN, GET /q/CODE: what is to pay.  Opening a QR code is scanning it: from then on
 * the trade exists. */
exchange_serve cashier_page;

/* POST there, do=pay or do=cancel: pays and goes back to the shop with the signed parameters. */
exchange_serve cashier_act;

/* GET /: the newest trades, with codes to scan and links to pay. */
exchange_serve index_page;
