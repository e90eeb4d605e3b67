"""Reads what meson recorded of the tests and says what is proven.

usage: test_report.py TESTLOG.json STATUS

Counts test functions, not programs.  A program that crashed or broke its plan
counts as one failure more.  Exits 1 when anything failed, or when meson itself
did (STATUS is its exit code).
"""
import json
import pathlib
import re
import sys

# s0_14_points_and_alipay proves S0-14, x_04_… X-04, a4_a5_… A4 and A5.
ID = re.compile(r'(s[0-3])_(\d\d)_|(x)_(\d\d)_|([a-l][1-9]\d?)_')
# The cases of each letter end here: b64_… is about base64, not about a case.
LAST = dict(A=13, B=22, C=12, D=7, E=9, F=15, G=13, H=17, I=8, J=6, K=16, L=18)
LINE = re.compile(r'(ok|not ok)\b(?: \d+)?(?: - | )?([^#]*)(?:# (SKIP)\b ?(.*))?', re.I)

NOTES = 40  # lines shown of what a failed test said


def ids_of(name):
    """The ids at the front of a test's name, as the lists of cases write them."""
    while match := ID.match(name + '_'):
        found = '-'.join(part for part in match.groups() if part).upper()
        if '-' not in found and int(found[1:]) > LAST[found[0]]:
            return
        yield found
        name = name[match.end():]


def read_program(entry):
    """Gives (state, shown, name, reason, notes) for each test function of one program."""
    program = entry['name'].split(' / ')[-1]
    results, notes = [], []
    for line in entry.get('stdout', '').splitlines():
        match = LINE.fullmatch(line.strip())
        if not match:
            notes.append(line)
            continue
        state = 'failed' if match[1] == 'not ok' else 'skipped' if match[3] else 'passed'
        results.append((state, match[2].strip(), match[4] or '', notes))
        notes = []
    failed_within = any(state == 'failed' for state, *_ in results)
    if entry['result'] not in ('OK', 'SKIP', 'EXPECTEDFAIL') and not failed_within:
        results.append(('failed', program, entry['result'], notes))
    if not results:
        results.append(('skipped' if entry['result'] == 'SKIP' else 'passed', program, '', []))
    return [(state, f'{program}: {name}', name, *rest) for state, name, *rest in results]


def id_order(name):
    return [int(part) if part.isdigit() else part for part in re.split(r'(\d+)', name)]


def main():
    log, status = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    entries = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    results = [result for entry in entries for result in read_program(entry)]
    count = dict.fromkeys(('passed', 'failed', 'skipped'), 0)
    for state, shown, _, reason, notes in results:
        count[state] += 1
        if state != 'passed':
            print(f'{state}: {shown}' + (f' ({reason})' if reason else ''))
        if state == 'failed':
            print('\n'.join(f'    {note}' for note in notes[-NOTES:]), end='\n' if notes else '')

    proven = {i for state, _, name, *_ in results if state == 'passed' for i in ids_of(name)}
    broken = {i for state, _, name, *_ in results if state == 'failed' for i in ids_of(name)}
    if proven - broken:
        print('proven: ' + ' '.join(sorted(proven - broken, key=id_order)))
    if status and not count['failed']:
        print(f'meson test ended with {status}')
        count['failed'] = 1
    if not results:
        print('no test ran')
        count['failed'] = 1
    print('{passed} passed, {failed} failed, {skipped} skipped'.format(**count))
    sys.exit(count['failed'] > 0)


main()
