"""The rules themselves: each takes a Tree and yields a sentence for every place that breaks it."""
import functools
import pathlib
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

FILE_LINES, FUNCTION_LINES, COLUMNS = 500, 70, 100

# A layer may include itself and what its row names; a folder of src/ without a row fails.
LAYERS = 'base sys net core store channel app http job api admin cashier sandbox cli'
MAY_INCLUDE = {
    'base': '',
    'sys': 'base',
    'net': 'base sys',
    'core': 'base',
    'store': 'base sys core',
    'channel': 'base sys core',
    'app': 'base sys net core store channel',
    'http': 'base sys net core store app',
    'job': 'base sys core app',
    'api': 'base sys core app http',
    'admin': 'base sys core app http',
    'cashier': 'base sys core app http',
    'sandbox': 'base sys net',
    'cli': LAYERS,
}

# Name -> the one place that may call it, or '' for nowhere. Time, waiting and randomness are
# injected; text functions without a bound and parsers without errors have better ones in base/.
BANNED = dict.fromkeys(
    'sleep usleep nanosleep clock_nanosleep sem_timedwait sem_clockwait '
    'strcpy stpcpy strcat strncpy strncat sprintf vsprintf gets strtok alloca '
    'atoi atol atoll atof strtod strtof strtold '
    'time gettimeofday gmtime gmtime_r localtime localtime_r mktime timegm ctime ctime_r asctime '
    'asctime_r strftime rand rand_r srand random srandom drand48 '
    'assert system popen mktemp tmpnam'.split(), '')
BANNED |= dict.fromkeys(['pthread_cond_timedwait', 'pthread_cond_clockwait'], 'src/sys/clock.c')
BANNED |= dict.fromkeys(['clock_gettime', 'getrandom', 'getentropy', 'RAND_bytes'], 'src/sys/')

ENGINE = re.compile(r'sqlite|postgres|libpq|citus|\bPQ[a-z]\w*', re.I)
REWRITES = re.compile(r'\b(update|delete\s+from|replace\s+into|drop\s+table)'
                      r'\s+(transfer|batch)\b', re.I)
# In pieces, so that this file itself passes.
UNFINISHED = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b'
                        r'|\bnot (?:yet )?imple' r'mented', re.I)
CODE = ('.c', '.h')
SIZED = CODE + ('.py', '.sh', '.sql', '.js', '.go', '.java', '.def', '.build')
TEXT = SIZED + ('.md', '.txt', '.ini', '.json', '.html', '.xml', '.css')
LEXEME = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


class Tree:
    """A checkout: its files, read once, build/ and .git left out."""

    def __init__(self, root, compiler):
        self.root = pathlib.Path(root).resolve()
        self.compiler = compiler
        self.files = sorted(
            path.relative_to(self.root).as_posix() for top in self.root.iterdir()
            if top.name not in ('build', '.git')
            for path in ([top] if top.is_file() else top.rglob('*')) if path.is_file())

    def under(self, folder, suffixes):
        return [f for f in self.files if f.startswith(folder) and f.endswith(suffixes)]

    @functools.cache
    def text(self, file):
        return (self.root / file).read_text(encoding='utf-8')

    def lines(self, file):
        return enumerate(self.text(file).splitlines(), 1)

    @functools.cache
    def code(self, file):
        """The text with comments and literals emptied, line for line; `//` stays to be found."""
        def emptied(match):
            lexeme = match[0]
            if lexeme.startswith('/*'):
                return ' ' + '\n' * lexeme.count('\n')
            return '//' if lexeme.startswith('//') else lexeme[0] * 2
        return LEXEME.sub(emptied, self.text(file))

    def code_lines(self, file):
        return enumerate(self.code(file).splitlines(), 1)


def layers_include_only_what_they_may(tree):
    for file in tree.under('src/', CODE):
        layer = file.split('/')[1]
        if layer not in MAY_INCLUDE:
            yield f'{file}: {layer} has no row in the table of layers'
            continue
        allowed = {layer, *MAY_INCLUDE[layer].split()}
        for number, line in tree.lines(file):
            include = re.match(r'\s*#\s*include "([^"/]+)/', line)
            if include and include[1] in LAYERS.split() and include[1] not in allowed:
                yield f'{file}:{number}: {layer} may not include {include[1]}'
            if re.match(r'\s*#\s*include "\.\.?/', line):
                yield f'{file}:{number}: includes begin with the name of a layer'


def only_cli_names_a_vendor_or_an_engine(tree):
    for file in tree.under('src/', CODE):
        for number, line in tree.lines(file):
            inner = re.match(r'\s*#\s*include "((?:channel|store)/\w+)/', line)
            if inner and not file.startswith((f'src/{inner[1]}/', 'src/cli/')):
                yield f'{file}:{number}: {inner[1]} is named outside its folder and cli'


def no_engine_word_outside_its_folder(tree):
    for file in tree.under('src/', CODE + ('.def',)):
        if re.match(r'src/(cli|store/\w+)/', file):
            continue
        for number, line in tree.lines(file):
            word = ENGINE.search(line)
            if word:
                yield f'{file}:{number}: "{word[0]}" belongs to one engine of the store'


def files_are_short(tree):
    for file in tree.under('', SIZED):
        length = tree.text(file).count('\n')
        if length > FILE_LINES:
            yield f'{file}: {length} lines, {FILE_LINES} at most'


def functions_are_short(tree):
    for file in tree.under('', CODE):
        start = None
        for number, line in tree.code_lines(file):
            if line == '{':
                start = number
            elif line == '}' and start:
                if number - start > FUNCTION_LINES:
                    yield f'{file}:{start}: a function of {number - start} lines'
                start = None


def lines_are_narrow(tree):
    for file in tree.under('', CODE + ('.py', '.sh')):
        for number, line in tree.lines(file):
            if len(line.expandtabs(8)) > COLUMNS:
                yield f'{file}:{number}: over {COLUMNS} columns'


def banned_functions_are_not_called(tree):
    call = re.compile(r'(?<![\w.>])(' + '|'.join(BANNED) + r')\s*\(')
    for file in tree.under('src/', CODE):
        for number, line in tree.code_lines(file):
            for match in call.finditer(line):
                place = BANNED[match[1]]
                if not (place and file.startswith(place)):
                    yield f'{file}:{number}: {match[1]}()' + (f' outside {place}' if place else '')


def no_floating_point(tree):
    for file in tree.under('src/', CODE):
        for number, line in tree.code_lines(file):
            if re.search(r'\b(float|double)\b', line):
                yield f'{file}:{number}: floating point'


def comments_are_block_comments(tree):
    for file in tree.under('', CODE):
        for number, line in tree.code_lines(file):
            if '//' in line:
                yield f'{file}:{number}: a // comment'


def structs_have_no_typedef(tree):
    for file in tree.under('', CODE):
        for number, line in tree.code_lines(file):
            if re.search(r'\btypedef\s+(struct|union|enum)\b[^(]*$', line):
                yield f'{file}:{number}: a typedef hides a struct, union or enum'


def headers_are_guarded(tree):
    for file in tree.under('', '.h'):
        if not re.search(r'^#pragma once$', tree.code(file), re.M):
            yield f'{file}: no #pragma once'


def vendor_headers_name_their_source(tree):
    for file in tree.under('src/channel/', '.h'):
        if file.count('/') > 2 and 'Source:' not in tree.text(file):
            yield f'{file}: no Source: line'


def headers_compile_alone(tree):
    command = [*tree.compiler, '-x', 'c', '-std=c17', '-D_GNU_SOURCE', '-Wall', '-Wextra',
               '-Werror', '-fsyntax-only', f'-I{tree.root}/src', f'-I{tree.root}/tests', '-']

    def complaint(file):
        source = f'#include "{tree.root / file}"\nint house;\n'
        run = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
        return run.returncode and f'{file}: does not compile alone: {first_error(run.stderr)}'

    headers = tree.under('src/', '.h') + tree.under('tests/', '.h')
    with ThreadPoolExecutor(2) as pool:
        yield from filter(None, pool.map(complaint, headers))


def first_error(text):
    return next((line for line in text.splitlines() if 'error' in line), text[:200])


def sources_are_built(tree):
    """Each source stands in the meson.build of its folder, or by its path in one above."""
    for file in tree.under('src/', '.c') + tree.under('tests/', '.c'):
        parts = file.split('/')
        splits = [('/'.join(parts[:n]), '/'.join(parts[n:])) for n in range(1, len(parts))]
        if not any(listed(tree, folder, path) for folder, path in splits):
            yield f'{file}: in no meson.build'


def listed(tree, folder, path):
    build = f'{folder}/meson.build'
    text = tree.text(build) if build in tree.files else ''
    return f"'{path}'" in text or f"'{re.sub(r'_(test|fuzz).c$', '', path)}'" in text


def documents_point_at_what_exists(tree):
    for file in tree.under('', '.md'):
        prose = re.sub(r'^(```|~~~).*?^\1|^ {4}.*?$', '', tree.text(file), flags=re.M | re.S)
        for target in re.findall(r'\]\(([^)\s]+)\)', re.sub(r'`[^`\n]*`', '', prose)):
            if not re.match(r'[a-z]+:', target) and not resolves(tree, file, target):
                yield f'{file}: broken link {target}'
        for path in re.findall(r'`((?:src|tests|tools|docs|sql|bench)/[\w./-]+)(?::\d+)?`', prose):
            if not (tree.root / path).exists():
                yield f'{file}: {path} does not exist'


def resolves(tree, file, target):
    path, _, anchor = target.partition('#')
    page = (tree.root / file).parent / path if path else tree.root / file
    if not page.exists():
        return False
    if not anchor or page.suffix != '.md':
        return True
    titles = re.findall(r'^#+ +(.+?) *$', page.read_text(encoding='utf-8'), re.M)
    return anchor in {re.sub(r'[^\w\- ]', '', title.lower()).replace(' ', '-') for title in titles}


def i5_no_statement_rewrites_the_journal(tree):
    for file in tree.under('src/', CODE) + tree.under('sql/', '.sql'):
        for number, line in tree.lines(file):
            rewrites = REWRITES.search(line)
            if rewrites:
                yield f'{file}:{number}: a correction is a new transfer, not "{rewrites[0]}"'


def nothing_is_left_unfinished(tree):
    for file in tree.under('', TEXT):
        for number, line in tree.lines(file):
            word = UNFINISHED.search(line)
            if word:
                yield f'{file}:{number}: "{word[0]}"'


RULES = [
    layers_include_only_what_they_may,
    only_cli_names_a_vendor_or_an_engine,
    no_engine_word_outside_its_folder,
    files_are_short,
    functions_are_short,
    lines_are_narrow,
    banned_functions_are_not_called,
    no_floating_point,
    comments_are_block_comments,
    structs_have_no_typedef,
    headers_are_guarded,
    vendor_headers_name_their_source,
    headers_compile_alone,
    sources_are_built,
    documents_point_at_what_exists,
    i5_no_statement_rewrites_the_journal,
    nothing_is_left_unfinished,
]
