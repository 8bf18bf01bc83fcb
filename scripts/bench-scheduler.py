#!/usr/bin/env python3
"""Times our whole crm_simulate beside Debian's on generated clusters: CPU time, peak memory, growth with the resources.

usage: bench-scheduler.py GENERATOR [--rounds N] [--sparse] [--alone] [--program CRM_SIMULATE] [NODES,RESOURCES ...]

GENERATOR is called as `GENERATOR gen NODES RESOURCES [--sparse]` and writes a CIB. Both programs read, validate and schedule
it and write the graph, by turns, so that other work on the machine bears on both; the median of all rounds counts. "start" is
Node.js with nothing to do, measured in the same rounds. "warm" is the same call of crm_simulate as a whole, reading and
writing included, in a process that has made many: the median of the last of them. Debian's 2.1.5 gets the options by their
older names; with --alone it is left out. --program takes a newer one's place, which reads the same files as ours
(scripts/newer-pacemaker.sh).
"""
import argparse
import math
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OURS = ['node', os.path.join(ROOT, 'dist', 'crm_simulate.cjs')]
START = ['node', '-e', '0']
WARM = ['node', os.path.join(ROOT, 'dist', 'bench-warm.cjs')]
# Small clusters take more runs until all of their code is compiled.
LEAST_WARM_RUNS = 20
WARM_RESOURCES = 20000
WARM_COUNTED = 5
DEBIAN = '/usr/sbin/crm_simulate'
OLD_NAMES = {b'"fencing-enabled"': b'"stonith-enabled"', b'"fencing-action"': b'"stonith-action"',
             b'"fencing-timeout"': b'"stonith-timeout"'}


def measure(command, env):
    """CPU seconds and peak memory in MiB of one run."""
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f'failed ({status}): {" ".join(command)}')
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure_warm(resources, arguments, env):
    """CPU seconds of one of many runs in one process."""
    count = max(LEAST_WARM_RUNS, WARM_RESOURCES // resources)
    done = subprocess.run([*WARM, str(count), *arguments], env=env, stdout=subprocess.PIPE, check=True)
    return statistics.median([float(line) for line in done.stdout.split()][-WARM_COUNTED:])


def for_debian(text):
    """The same cluster with the names and versions 2.1.5 knows."""
    for new, old in OLD_NAMES.items():
        text = text.replace(new, old)
    head, tail = text.split(b'>', 1)
    head = re.sub(rb'crm_feature_set="[^"]*"', b'crm_feature_set="3.13.0"', head)
    head = re.sub(rb'validate-with="pacemaker-(3\.10|4\.\d+)"', b'validate-with="pacemaker-3.9"', head)
    return head + b'>' + tail


def generate(command, paths, is_for_debian):
    """Writes the CIB for us and for them."""
    text = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    for path, content in zip(paths, (text, for_debian(text) if is_for_debian else text)):
        with open(path, 'wb') as out:
            out.write(content)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('generator')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--sparse', action='store_true')
    parser.add_argument('--alone', action='store_true')
    parser.add_argument('--program', default=DEBIAN)
    parser.add_argument('sizes', nargs='*', default=['3,20', '8,100', '16,500', '32,1000'])
    args = parser.parse_intermixed_args()
    env = dict(os.environ, LC_ALL='C', PCMK_logfile='none')
    # More certificates for Node.js to read at each start, where somebody asks for that, are no matter of ours.
    env.pop('NODE_EXTRA_CA_CERTS', None)
    results = []
    print(f'{"N,R":>8} {"CIB MiB":>8} {"start s":>8} {"ours s":>8} {"warm s":>8} {"theirs s":>9} '
          f'{"theirs/ours":>12} {"theirs/warm":>12} {"ours MiB":>9} {"theirs MiB":>11}')
    with tempfile.TemporaryDirectory() as folder:
        env['CIB_shadow_dir'] = folder
        for size in args.sizes:
            nodes, resources = size.split(',')
            files = [os.path.join(folder, name) for name in ('ours.xml', 'theirs.xml')]
            command = [sys.executable, args.generator, 'gen', nodes, resources, *(['--sparse'] if args.sparse else [])]
            # In a process of its own: what the parent of a program ever had in memory counts as the program's peak, too.
            generating = multiprocessing.Process(target=generate, args=(command, files, args.program == DEBIAN))
            generating.start()
            generating.join()
            if generating.exitcode != 0:
                sys.exit(f'failed: {" ".join(command)}')
            mib_of_cib = os.path.getsize(files[0]) / 2 ** 20
            graph = os.path.join(folder, 'graph.xml')
            calls = [['-x', path, '-R', '-Q', '-G', graph] for path in files]
            programs = [[*OURS, *calls[0]], START] + ([] if args.alone else [[args.program, *calls[1]]])
            runs = [[] for _ in programs]
            for _ in range(args.rounds):
                for which, program in enumerate(programs):
                    runs[which].append(measure(program, env))
            (cpu, mib), (start, _), (their_cpu, their_mib) = [
                tuple(statistics.median(run[i] for run in one) for i in (0, 1)) for one in runs] + [(math.nan, math.nan)] * args.alone
            warm = measure_warm(int(resources), calls[0], env)
            results.append((int(resources), cpu, their_cpu))
            print(f'{size:>8} {mib_of_cib:8.1f} {start:8.3f} {cpu:8.3f} {warm:8.3f} {their_cpu:9.3f} {their_cpu / cpu:12.2f} '
                  f'{their_cpu / warm:12.2f} {mib:9.0f} {their_mib:11.0f}', flush=True)
    for before, after in zip(results, results[1:]):
        growth = [math.log(after[i] / before[i]) / math.log(after[0] / before[0]) for i in (1, 2)]
        print(f'exponent of growth from R={before[0]} to {after[0]}: ours {growth[0]:.2f}, theirs {growth[1]:.2f}')


if __name__ == '__main__':
    main()
