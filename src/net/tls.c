/* tls.c - who is at the other end of a connection over TLS. */
#include "net/request.h"

#include "base/str.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static bool is_trusted(gnutls_session_t session);
static void read_name(gnutls_session_t session, char out[CLIENT_NAME_MAX + 1]);

void tls_know_client(struct peer *p, struct MHD_Connection *connection)
{
	gnutls_session_t session;

	if (p->client_known)
		return;
	p->client_known = true;
	session = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
			  ->tls_session;
	if (is_trusted(session))
		read_name(session, p->client);
}

/* The library lets every handshake pass: the certificate is only asked for. */
static bool is_trusted(gnutls_session_t session)
{
	char use[] = GNUTLS_KP_TLS_WWW_CLIENT;
	gnutls_typed_vdata_st wanted = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
					 .data = (unsigned char *)use };
	unsigned status;

	return gnutls_certificate_verify_peers(session, &wanted, 1, &status) == GNUTLS_E_SUCCESS &&
	       status == 0;
}

static void read_name(gnutls_session_t session, char out[CLIENT_NAME_MAX + 1])
{
	const gnutls_datum_t *certificates;
	gnutls_x509_crt_t first;
	unsigned n;
	size_t size = CLIENT_NAME_MAX + 1;

	certificates = gnutls_certificate_get_peers(session, &n);
	if (!certificates || gnutls_x509_crt_init(&first) != GNUTLS_E_SUCCESS)
		return;
	if (gnutls_x509_crt_import(first, certificates, GNUTLS_X509_FMT_DER) != GNUTLS_E_SUCCESS ||
	    gnutls_x509_crt_get_dn_by_oid(first, GNUTLS_OID_X520_COMMON_NAME, 0, 0, out, &size) !=
		    GNUTLS_E_SUCCESS)
		out[0] = '\0';
	gnutls_x509_crt_deinit(first);
}
