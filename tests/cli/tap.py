"""TAP for tests in Python: `run(f, g)` calls each with a fresh folder; an exception fails it."""
import pathlib
import tempfile
import traceback


def run(*tests):
    print(f'1..{len(tests)}', flush=True)
    for number, test in enumerate(tests, 1):
        verdict = 'ok'
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(pathlib.Path(folder))
            except Exception:  # pylint: disable=broad-except
                verdict = 'not ok'
                for line in traceback.format_exc().splitlines():
                    print(f'# {line}')
        print(f'{verdict} {number} - {test.__name__}', flush=True)


def same(got, want):
    assert got == want, f'{got!r} is not {want!r}'


def holds(text, part):
    assert part in text, f'no {part!r} in {text!r}'
