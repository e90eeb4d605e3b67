/* reason_ask.c - the routes of a new reason, as the API and the command line are given them
 * (declared in app/reason.h). */
#include "app/reason.h"

static void read_route(struct jin *r, struct reason_route *route);
static void read_kind(struct jin *r, const char *key, char *out);

void reason_ask_routes(struct jin *r, struct reason_ask *ask)
{
	struct jin in;
	size_t n = jin_array(r, "routes", JIN_OPTIONAL, 1, REASON_ROUTES_MAX);

	if (n == 0) {
		read_kind(r, "from", ask->routes[0].from);
		read_kind(r, "to", ask->routes[0].to);
		ask->routes_n = 1;
		return;
	}
	if (jin_has(r, "from") || jin_has(r, "to"))
		jin_fault(r, ERR_INVALID, "routes", "give from and to, or routes, not both");
	ask->listed = true;
	ask->routes_n = n;
	for (size_t i = 0; i < n; i++) {
		if (!jin_enter_at(r, "routes", i, &in))
			return;
		read_route(&in, &ask->routes[i]);
		jin_leave(&in);
	}
}

static void read_route(struct jin *r, struct reason_route *route)
{
	read_kind(r, "from", route->from);
	read_kind(r, "to", route->to);
	jin_text(r, "asset", JIN_OPTIONAL, route->asset, sizeof(route->asset));
}

static void read_kind(struct jin *r, const char *key, char *out)
{
	jin_text(r, key, JIN_NEEDED, out, HOLDER_KIND_MAX + 1);
	if (r->fault.code == ERR_OK && holder_kind_check(out, key) != ERR_OK)
		jin_fault(r, ERR_INVALID, key, err_text());
}
