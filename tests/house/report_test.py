"""Shows that the closing lines of `make test` tell the truth.

usage: report_test.py TEST_REPORT.PY    prints TAP
"""
import json
import pathlib
import subprocess
import sys
import tempfile

GOOD = {'name': 'tael:unit / a', 'result': 'OK',
        'stdout': '1..3\nok 1 - s0_14_points\n# note\nok 2 - a4_a5_same # SKIP no network\n'
                  'ok 3 - b16_x_04_twice\n'}
WRONG = {'name': 'tael:unit / b', 'result': 'FAIL',
         'stdout': '1..2\n# a.c:7: why\nnot ok 1 - b16_again\nok 2 - c1_b64_expiry\n'}
CRASHED = {'name': 'tael:unit / c', 'result': 'ERROR', 'stdout': '1..2\nok 1 - a1_replay\n'}
REFUSED = {'name': 'tael:unit / d', 'result': 'EXPECTEDFAIL', 'stdout': ''}
LAST = {'name': 'tael:unit / f', 'result': 'OK',
        'stdout': '1..3\nok 1 - l16_lots\nok 2 - l19_lots\nok 3 - k16_l1_sums\n'}
ACCEPTED = {'name': 'tael:unit / e', 'result': 'UNEXPECTEDPASS', 'stdout': ''}

# name, what meson recorded, its exit code -> exit code, lines that must stand in the answer
CASES = [
    ('counts_functions_and_names_ids', [GOOD], 0, 0,
     ['skipped: a: a4_a5_same (no network)', 'proven: B16 S0-14 X-04',
      '2 passed, 0 failed, 1 skipped']),
    ('an_id_with_a_failure_is_not_proven', [GOOD, WRONG], 1, 1,
     ['failed: b: b16_again', '    # a.c:7: why', 'proven: C1 S0-14 X-04',
      '3 passed, 1 failed, 1 skipped']),
    ('a_crash_is_a_failure', [CRASHED], 1, 1,
     ['failed: c: c (ERROR)', 'proven: A1', '1 passed, 1 failed, 0 skipped']),
    ('a_failure_of_meson_is_a_failure', [GOOD], 2, 1, ['2 passed, 1 failed, 1 skipped']),
    ('what_must_fail_passes_by_failing', [REFUSED, ACCEPTED], 1, 1,
     ['failed: e: e (UNEXPECTEDPASS)', '1 passed, 1 failed, 0 skipped']),
    ('the_cases_of_each_letter_end', [LAST], 0, 0,
     ['proven: K16 L1 L16', '3 passed, 0 failed, 0 skipped']),
    ('no_test_at_all_is_a_failure', [], 0, 1, ['0 passed, 1 failed, 0 skipped']),
]


def complaint(report, entries, status, code, lines):
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, 'testlog.json')
        log.write_text(''.join(json.dumps(entry) + '\n' for entry in entries), encoding='utf-8')
        run = subprocess.run([sys.executable, '-B', report, str(log), str(status)],
                             capture_output=True, text=True, check=False)
    said = run.stdout.splitlines()
    missing = [line for line in lines if line not in said]
    if run.returncode != code or missing or said[-1] != lines[-1]:
        return f'exit {run.returncode}, missing {missing}, said {said} {run.stderr}'
    return ''


def main():
    print(f'1..{len(CASES)}')
    for number, (name, *case) in enumerate(CASES, 1):
        wrong = complaint(sys.argv[1], *case)
        if wrong:
            print(f'# {wrong!r}')
        print(f'{"not ok" if wrong else "ok"} {number} - {name}')


main()
