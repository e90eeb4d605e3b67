"""The programs that measuring runs, and what they used."""
import json
import os
import pathlib
import socket
import subprocess

from table import BUILD

BENCH = BUILD / 'release/bench'
TAEL = BUILD / 'release/src/cli/tael'


class Process:
    """A server; `url` is the address that it printed."""

    def __init__(self, *args, env=None):
        self.p = subprocess.Popen([str(a) for a in args], stdout=subprocess.PIPE, text=True,
                                  stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
        line = self.p.stdout.readline()
        self.url = json.loads(line)['listening'] if line.startswith('{') else line.split()[-1]

    def cpu_s(self):
        fields = pathlib.Path(f'/proc/{self.p.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def anonymous_mib(self):
        for line in pathlib.Path(f'/proc/{self.p.pid}/status').read_text().splitlines():
            if line.startswith('RssAnon:'):
                return int(line.split()[1]) // 1024
        return 0

    def stop(self, kill=False):
        """What it computed in all its life, in seconds."""
        if kill:
            self.p.kill()
        else:
            self.p.terminate()
        os.waitid(os.P_PID, self.p.pid, os.WEXITED | os.WNOWAIT)
        used = self.cpu_s()
        self.p.wait(60)
        return used


def run(*args):
    """The line of JSON that a program prints; whatever it complains of ends the measuring."""
    args = [str(a) for a in args]
    out = subprocess.run(args, capture_output=True, text=True)
    if out.returncode != 0:
        raise SystemExit(f'{" ".join(args)[:300]}: {out.stdout[-500:]}{out.stderr[-500:]}')
    return json.loads(out.stdout)


def tael(*args):
    return run(TAEL, *args, '--json')


def load(url, connections, *more, seconds=1):
    return run(BENCH / 'load', '-c', connections, '-s', seconds, *more, url)


def serve(data, *more):
    """A server on a data folder, on a free port that payers and notices can be told of."""
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    return Process(TAEL, 'serve', '--data', data, '--listen', f'127.0.0.1:{port}', '--public-url',
                   f'http://127.0.0.1:{port}', *more, '--json',
                   env={**os.environ, 'TAEL_LOG_LEVEL': 'error',
                        'TAEL_RATE_PER_SECOND': '1000000'})
