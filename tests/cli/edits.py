"""Edits copies of good books by SQL and sees `tael verify` name each edit.  Prints TAP."""
import shutil
import sqlite3
import tempfile

import books
import tap


def run(make, edits, *others):
    """edits: name -> (SQL, texts that the output must hold); others: of the books and a folder."""
    with tempfile.TemporaryDirectory() as folder:
        shop = make(folder)
        tap.run(*[bound(shop, other.__name__, other) for other in others],
                *[bound(shop, name, named(*edit)) for name, edit in edits.items()],
                bound(shop, 'the_original_still_agrees', agrees))


def bound(shop, name, test):
    def call(folder):
        test(shop, folder)
    call.__name__ = name
    return call


def edited(shop, folder, sql, *options):
    """What verify says of a copy of the books after an edit."""
    shutil.copytree(shop.data, folder / 'data')
    with sqlite3.connect(folder / 'data' / 'tael.db') as store:
        store.execute('pragma ignore_check_constraints = on')
        for statement in sql.split(';'):
            assert store.execute(statement).rowcount != 0, f'nothing changed: {statement}'
    store.close()
    return books.tael('verify', '--data', str(folder / 'data'), *options)


def named(sql, texts):
    def test(shop, folder):
        code, out, err = edited(shop, folder, sql)
        assert code == 3, f'exit {code}: {out}{err}'
        for text in texts:
            tap.holds(out, text)
    return test


def agrees(shop, _):
    code, out, err = books.tael('verify', '--data', shop.data)
    assert code == 0 and 'the books agree' in out, out + err
