/* init.c - `tael init` */
#include "app/app.h"
#include "app/merchant.h"
#include "app/vault.h"
#include "base/check.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/world.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "sys/json.h"
#include "sys/secret.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int run(int argc, char **argv);

const struct command CMD_INIT = {
	.noun = "init",
	.summary = "make a data folder: store, master key, a test merchant, an app and a key",
	.help = "usage: tael init [--data DIR] [--json]\n"
		"\n"
		"Makes DIR if it is not there, and in it the store, the master key that\n"
		"encrypts channel keys (keep a copy somewhere else!), a tael.ini with every\n"
		"setting in comments, and a test merchant with one app and one API key.  The\n"
		"key and the app's signing secret are shown this once.  A folder that has a\n"
		"store is left as it is.\n"
		"\n"
		"  --data DIR   the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json       print {\"merchant\",\"app\",\"key\",\"app_secret\"}\n"
		"\n"
		"  tael init --data /var/lib/tael\n",
	.run = run,
};

struct made {
	int64_t merchant, app, key_id;
	char key[API_KEY_TEXT], secret[SIGNING_SECRET_TEXT];
};

static enum err init(const char *dir, struct made *made);
static enum err make_folder(const char *dir);
static enum err make_key(const char *dir);
static enum err make_settings(const char *dir);
static enum err make_first(const struct services *s, struct made *made);
static void print(const char *dir, const struct made *made, bool json);

static int run(int argc, char **argv)
{
	const char *dir;
	bool json;
	const struct cli_option options[] = { OPT_DATA(&dir), OPT_JSON(&json) };
	struct made made;
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	e = init(dir, &made);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	print(dir, &made, json);
	wipe(&made, sizeof(made));
	return CLI_OK;
}

static enum err init(const char *dir, struct made *made)
{
	CLEANUP(world_close) struct world w = { 0 };
	const struct world_ask ask = { .dir = dir, .mode = WORLD_CREATE, .secrets = true };
	char store[PATH_MAX];

	if ((size_t)snprintf(store, sizeof(store), "%s/tael.db", dir) >= sizeof(store))
		FAIL(ERR_CONFIG, "the path of the data folder is too long");
	if (access(store, F_OK) == 0)
		FAIL(ERR_EXISTS, "there is a store in %s already; nothing was changed", dir);
	TRY(make_folder(dir));
	TRY(make_key(dir));
	TRY(make_settings(dir));
	TRY(world_open(&ask, &w));
	return make_first(&w.services, made);
}

static enum err make_folder(const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		FAIL(ERR_IO, "%s: %s", dir, strerror(errno));
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		FAIL(ERR_IO, "%s is not a folder", dir);
	return ERR_OK;
}

/* A good key that is there already, the service manager's or one that was brought back, is used. */
static enum err make_key(const char *dir)
{
	struct vault *v = NULL;

	if (vault_open(dir, rand_system(), &v) != ERR_OK)
		return vault_create(dir, rand_system());
	vault_free(v);
	return ERR_OK;
}

/* Every setting as a comment, so that nobody has to look for their names. */
static enum err make_settings(const char *dir)
{
	char path[PATH_MAX], text[4096];
	size_t n = 0;
	enum err e;

	str_add(text, sizeof(text), &n,
		"# Settings of `tael serve`.  Flags and TAEL_* environment variables win over "
		"this\n"
		"# file; `tael config show` tells where each value comes from.\n");
	for (int i = 0; i < SETTING_N; i++)
		str_add(text, sizeof(text), &n, "\n# %s\n# %s = %s\n",
			setting_prose((enum setting_id)i), setting_name((enum setting_id)i),
			setting_default((enum setting_id)i));
	(void)snprintf(path, sizeof(path), "%s/tael.ini", dir);
	e = file_create(path, 0600, (struct str){ text, n });
	return e == ERR_EXISTS ? ERR_OK : e;
}

static enum err make_first(const struct services *s, struct made *made)
{
	struct merchant_ask merchant = { .name = "Test", .token = "init:merchant" };
	struct app_ask app = { .name = "test", .token = "init:app" };
	struct key_ask key = { .scope = KEY_FULL, .token = "init:key" };

	TRY(merchant_add(s, &merchant, &made->merchant));
	app.merchant = key.merchant = made->merchant;
	TRY(app_add(s, &app, &made->app, made->secret));
	key.app = made->app;
	return key_add(s, &key, &made->key_id, made->key);
}

static void print(const char *dir, const struct made *made, bool json)
{
	CLEANUP(jout_free) struct jout out;
	char merchant[ID_TEXT], app[ID_TEXT];

	jout_open(&out);
	jout_object(&out, NULL);
	jout_id(&out, "merchant", ID_MERCHANT, made->merchant);
	jout_id(&out, "app", ID_APP, made->app);
	jout_text(&out, "key", made->key);
	jout_text(&out, "app_secret", made->secret);
	jout_object_end(&out);
	if (json) {
		puts(out.p);
		wipe(out.p, out.n);
		return;
	}
	wipe(out.p, out.n);
	id_write(ID_MERCHANT, made->merchant, merchant);
	id_write(ID_APP, made->app, app);
	printf("merchant        %s\napp             %s\nkey             %s\nsigning secret  %s\n\n"
	       "The key and the secret are not shown again.  Keep a copy of %s/master.key\n"
	       "somewhere else.  Next: tael serve --data %s\n",
	       merchant, app, made->key, made->secret, dir, dir);
}
