"""Shows that each house rule can fail, and that none fails on a tree that keeps them all.

usage: tidy_test.py LAYERS.SH CC...    prints TAP
"""
import pathlib
import subprocess
import sys
import tempfile

from rules import RULES, Tree

GOOD = {
    'meson.build': "subdir('src')\n",
    'src/base/meson.build': "'a.c'\n",
    'src/base/a.h': '/* sleep(1) in a comment, "double" */\n#pragma once\nint a(void);\n',
    'src/base/a.c': '#include "base/a.h"\n\nint a(void)\n{\n\treturn *"// http" == 0;\n}\n',
    'src/channel/alipay/page.h': '/* Source: a page */\n#pragma once\n',
    'README.md': '# A b\n\n[here](#a-b) and [there](src/base/a.h), `src/base/a.c`\n',
}

# Rule -> trees that break that rule and no other; each replaces or adds files of GOOD.
BAD = {
    'layers_include_only_what_they_may': [
        {'src/base/a.h': '#pragma once\n#include "sys/s.h"\n',
         'src/sys/s.h': '#pragma once\n'},
        {'src/util/a.h': '#pragma once\n'},
        {'src/base/a.h': '#pragma once\n#include "../base/b.h"\n',
         'src/base/b.h': '#pragma once\n'},
    ],
    'only_cli_names_a_vendor_or_an_engine': [
        {'src/app/a.h': '#pragma once\n#include "channel/alipay/page.h"\n'},
        {'src/channel/wechat/a.h': '/* Source: x */\n#pragma once\n'
                                   '#include "channel/alipay/page.h"\n'},
    ],
    'no_engine_word_outside_its_folder': [
        {'src/app/a.h': '/* SQLite likes it */\n#pragma once\n'},
        {'src/store/a.h': '#pragma once\nint PQexec(void);\n'},
    ],
    'files_are_short': [{'sql/a.sql': '\n' * 501}],
    'functions_are_short': [
        {'src/base/a.c': 'int a(void);\nint a(void)\n{\n' + '\n' * 70 + '}\n'},
    ],
    'lines_are_narrow': [{'tools/a.sh': '#' * 101}, {'src/base/a.c': '\t' * 12 + 'int aa;\n'}],
    'banned_functions_are_not_called': [
        {'src/base/a.c': f'int a = {call};\n'}
        for call in ('sleep(1)', 'time (NULL)', 'strcpy(a, b)', 'pthread_cond_timedwait(a)',
                     'clock_gettime(0, a)', 'localtime_r(a)', 'rand()')
    ],
    'no_floating_point': [{'src/base/a.c': 'const double a;\n'}, {'src/base/a.c': 'float a;\n'}],
    'comments_are_block_comments': [{'src/base/a.c': 'int a; // b\n'}],
    'structs_have_no_typedef': [{'src/base/a.c': 'typedef struct { int n; } a;\n'}],
    'i5_no_statement_rewrites_the_journal': [
        {'src/base/a.c': 'const char *a = "update transfer set amount = 1";\n'},
        {'src/base/a.c': 'const char *a = "delete from batch";\n'},
        {'sql/sqlite/0001_a.sql': 'drop table transfer;\n'},
    ],
    'headers_are_guarded': [{'src/base/a.h': '/* #pragma once */\nint a(void);\n'}],
    'vendor_headers_name_their_source': [{'src/channel/qq/a.h': '#pragma once\n'}],
    'headers_compile_alone': [{'src/base/a.h': '#pragma once\nint64_t a(void);\n'}],
    'sources_are_built': [{'src/base/b.c': 'int b;\n'}, {'tests/unit/b_test.c': 'int b;\n'}],
    'documents_point_at_what_exists': [
        {'README.md': '[a](docs/none.md)\n'},
        {'README.md': '[a](#none)\n'},
        {'docs/tour.md': 'see `src/base/none.c`\n'},
    ],
    'nothing_is_left_unfinished': [
        {'src/base/a.c': '/* TO' 'DO */\n'},
        {'README.md': 'It is not imple' 'mented.\n'},
    ],
}

# What core may and may not reach, for layers.sh.
CORE = {
    'int core(int n) { return base(n); }': True,
    'int core(int n) { __int128 a = n; return (int)(a * a % 1000007); }': True,
    'int core(int n) { return (int)time(0) + n; }': False,
    'int core(int n) { return n ? rand() : *(char *)malloc(1); }': False,
}


def broken_rules(change, compiler):
    """Writes the tree GOOD with this change and gives the names of the rules that it breaks."""
    with tempfile.TemporaryDirectory() as root:
        for file, text in (GOOD | change).items():
            path = pathlib.Path(root, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
        tree = Tree(root, compiler)
        return {rule.__name__ for rule in RULES if list(rule(tree))}


def core_passes(source, layers, compiler):
    with tempfile.TemporaryDirectory() as root:
        def library(name, text):
            pathlib.Path(root, f'{name}.c').write_text(text, encoding='utf-8')
            subprocess.run([*compiler, '-O2', '-w', '-c', f'{name}.c'], cwd=root, check=True)
            subprocess.run(['ar', 'rc', f'lib{name}.a', f'{name}.o'], cwd=root, check=True)
        library('base', 'int base(int n) { return n; }\n')
        library('core', '#include <stdlib.h>\n#include <time.h>\nint base(int);\n' + source + '\n')
        run = subprocess.run([layers, 'libcore.a', 'libbase.a'], cwd=root, check=False,
                             capture_output=True)
        return run.returncode == 0


def checks(layers, compiler):
    """Yields (test's name, what went wrong or '')."""
    found = broken_rules({}, compiler)
    yield 'a_tidy_tree_breaks_no_rule', ' '.join(sorted(found))
    for rule in RULES:
        name = rule.__name__
        trees = BAD.get(name, [])
        wrong = [] if trees else ['no tree breaks it']
        for change in trees:
            found = broken_rules(change, compiler)
            if found != {name}:
                wrong.append(f'{change} breaks {sorted(found)}')
        yield f'can_fail_{name}', '; '.join(wrong)
    for source, good in CORE.items():
        verdict = core_passes(source, layers, compiler)
        yield f'core_{"may" if good else "may_not"}: {source}', '' if verdict == good else 'it does'


def main():
    results = list(checks(str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2:]))
    print(f'1..{len(results)}')
    for number, (name, wrong) in enumerate(results, 1):
        if wrong:
            print(f'# {wrong}'.replace('\n', '\\n'))
        print(f'{"not ok" if wrong else "ok"} {number} - {name}')


main()
