"""Runs clang-tidy over every file of ours that was compiled, two at a time.

usage: clang_tidy.py BUILD CACHE

A file that was clean is not read again until what the compiler sees of it, comments included, or
the checks change: CACHE keeps one empty file for each clean state.
"""
import hashlib
import json
import pathlib
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 2


def preprocessed(entry):
    """What the compiler sees of the file, its comments kept."""
    arguments, skip = [], False
    for argument in shlex.split(entry['command']):
        if skip or argument in ('-c', '-MD'):
            skip = False
        elif argument in ('-o', '-MQ', '-MF'):
            skip = True
        else:
            arguments.append(argument)
    return subprocess.run([*arguments, '-E', '-C', entry['file']], cwd=entry['directory'],
                          capture_output=True, check=True).stdout


def check(entry, build, cache, settings):
    """Gives clang-tidy's complaints about one file, '' when it is clean."""
    state = hashlib.sha256(settings + entry['command'].encode() + preprocessed(entry))
    stamp = cache / state.hexdigest()
    if stamp.exists():
        return ''
    file = pathlib.Path(entry['directory'], entry['file']).resolve()
    run = subprocess.run(['clang-tidy', '-p', str(build), '--quiet', str(file)],
                         capture_output=True, text=True, check=False)
    if run.returncode == 0 and 'warning:' not in run.stdout:
        stamp.touch()
        return ''
    return run.stdout or run.stderr


def main():
    build, cache = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2], 'clang-tidy')
    cache.mkdir(parents=True, exist_ok=True)
    root = pathlib.Path.cwd()
    settings = (root / '.clang-tidy').read_bytes() + subprocess.run(
        ['clang-tidy', '--version'], capture_output=True, check=True).stdout
    entries = {}
    for entry in json.loads((build / 'compile_commands.json').read_text(encoding='utf-8')):
        file = pathlib.Path(entry['directory'], entry['file']).resolve()
        if file.suffix == '.c' and root in file.parents and root / 'build' not in file.parents:
            entries.setdefault(file, entry)
    with ThreadPoolExecutor(JOBS) as pool:
        found = pool.map(lambda entry: check(entry, build, cache, settings), entries.values())
        complaints = [complaint for complaint in found if complaint]
    print('\n'.join(complaints), end='')
    sys.exit(bool(complaints))


main()
