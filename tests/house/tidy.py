"""The house rules that a machine can check: who may include whom, how long things may be, what is
never called.  rules.py holds them; tidy_test.py shows that each of them can fail.

usage: tidy.py ROOT CC...    CC is the compiler's command; prints TAP, one line a rule
"""
import sys

from rules import RULES, Tree


def main():
    tree = Tree(sys.argv[1], sys.argv[2:])
    print(f'1..{len(RULES)}')
    for number, rule in enumerate(RULES, 1):
        faults = list(rule(tree))
        for fault in faults:
            print(f'# {fault}')
        print(f'{"not ok" if faults else "ok"} {number} - {rule.__name__}')


main()
