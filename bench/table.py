"""The rows that were measured: printed as they come, written to build/bench.json at the end."""
import json
import pathlib
import statistics

BUILD = pathlib.Path(__file__).resolve().parent.parent / 'build'
rows = []


def heading():
    print(f'  {"name":<34} {"value":>12} {"unit":<12} {"goal":<20} lowest..highest, and more',
          flush=True)


def row(name, value, unit, goal='', note='', **more):
    rows.append({'name': name, 'value': value, 'unit': unit, 'goal': goal, **more})
    print(f'  {name:<34} {value:>12} {unit:<12} {goal:<20} {note}', flush=True)


def median_row(name, values, unit, goal='', note='', cpu_us=None):
    """A row of several rounds, with the CPU time of one transfer or request where it is known."""
    digits = 2 if unit in ('ratio', 's') else 0
    low, middle, high = (round(f(values), digits) if digits else round(f(values))
                         for f in (min, statistics.median, max))
    more = {'lowest': low, 'highest': high}
    text = f'{low}..{high} in {len(values)} rounds'
    if cpu_us:
        more['cpu_us'] = round(statistics.median(cpu_us), 1)
        text += f', {more["cpu_us"]} us of CPU'
    row(name, middle, unit, goal, ', '.join(filter(None, [text, note])), **more)


def ratios(above, below):
    """Round by round: both sides of a ratio are of the same moment."""
    return [a / b for a, b in zip(above, below)]


def write(took_s):
    (BUILD / 'bench.json').write_text(json.dumps(rows, indent=1) + '\n')
    print(f'  written to build/bench.json after {round(took_s)} s')
