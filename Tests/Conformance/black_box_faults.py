"""Kills, hangs and garbles a black box in mid-campaign, at random moments, and asks whether a finding is lost or anything hangs.

    python3 Tests/Conformance/black_box_faults.py .build/release/gainsay [--moments 100] [--seed 0]

First one fault in each of so many campaigns, at a request drawn from all of theirs: the server is killed, ends, hangs, answers with rubbish, with half a
line, with another id, with too few rows, or with a line without an end. Then campaigns whose server is killed from outside at random times, until
as many kills have met one. What is found, and how many queries it takes, has to be what it is without faults. Needs nothing but Python.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SERVER = '''
import json, os, sys, time
sys.path.insert(0, {examples!r})
fault, moment = os.environ.get("FAULT", "none"), int(os.environ.get("MOMENT", "-1"))
pause = float(os.environ.get("PAUSE", "0"))
open("pid", "w").write(str(os.getpid()))
def now():
    with open("count", "a") as file: file.write(".")
    return os.path.getsize("count")
def model(x):
    time.sleep(pause)
    if now() == moment:
        out, ids = sys.__stdout__, os.path.getsize("count")
        if fault == "killed": os.kill(os.getpid(), 9)
        if fault == "ended": os._exit(3)
        if fault == "hung": time.sleep(600)
        if fault == "rubbish": print("Loading model... done", file=out, flush=True)
        if fault == "half": out.write('{{"id":'); out.flush(); os._exit(0)
        if fault == "another id": print('{{"id":999999,"outputs":{{"y":[0]}}}}', file=out, flush=True)
        if fault == "too few": return []
        if fault == "endless":
            while True: out.write("x" * 65536)
    return [a - 2 * b + (3 if 0.7 <= a <= 0.72 else 0) for a, b in x]
from serve import serve
serve(model, {{"x": ("float32", [2])}}, {{"y": ("float32", [])}})
'''
SPEC = '''
model net : (x: Tensor[2]) -> (y: Real) from command "python3 server.py"
property low { forall x: Tensor[2] in [0, 1]; check net(x) <= 2.5; shrink l0(x), linf(x) }
'''
FAULTS = ["killed", "ended", "hung", "rubbish", "half", "another id", "too few", "endless"]


def campaign(gainsay, folder, **variables):
    """What was found, the queries, the attempts made again, and what was said."""
    for name in ("count", "pid"):
        (folder / name).unlink(missing_ok=True)
    command = [gainsay, "check", "spec.say", "--json", "--no-cases", "--queries", "300", "--patience", "1s"]
    run = subprocess.run(command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, timeout=300)
    if run.returncode != 1:
        return None, 0, 0, run.stdout + run.stderr
    found = json.loads(run.stdout)["properties"][0]
    values = [each["values"] for example in found["counterexamples"] for each in example["inputs"]]
    return (values, found["queries"]["asked"]), len((folder / "count").read_bytes()), found["queries"]["retries"], run.stderr


def kill_at_times(folder, seed, stop, kills):
    chance = random.Random(seed)
    while not stop.is_set():
        time.sleep(chance.uniform(0.05, 0.4))
        try:
            os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
            kills.append(time.time())
        except (OSError, ValueError):
            pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay", type=pathlib.Path)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    gainsay = arguments.gainsay.resolve()
    folder = pathlib.Path(tempfile.mkdtemp())
    examples = str(pathlib.Path(__file__).resolve().parent.parent.parent / "Examples")
    (folder / "server.py").write_text(SERVER.format(examples=examples))
    (folder / "spec.say").write_text(SPEC)
    sound, requests, _, said = campaign(gainsay, folder)
    if sound is None:
        sys.exit(said)
    chance, wrong, tally = random.Random(arguments.seed), 0, {}
    for number in range(arguments.moments):
        fault, moment = FAULTS[number % len(FAULTS)], chance.randrange(1, requests + 1)
        found, _, retries, said = campaign(gainsay, folder, FAULT=fault, MOMENT=str(moment))
        ok = found == sound and retries == 1 and "asked again" in said
        tally.setdefault(fault, []).append(ok)
        if not ok:
            wrong += 1
            print(f"{fault} at request {moment}: {found} instead of {sound}, {retries} retries\n{said}")
    for fault, results in tally.items():
        print(f"{fault}: {sum(results)} of {len(results)} campaigns as without it")
    met, campaigns, lost = 0, 0, 0
    while met < arguments.moments and campaigns < 4 * arguments.moments:
        stop, kills = threading.Event(), []
        thread = threading.Thread(target=kill_at_times, args=(folder, chance.random(), stop, kills))
        thread.start()
        found, _, retries, said = campaign(gainsay, folder, PAUSE="0.01")
        stop.set()
        thread.join()
        met, campaigns = met + retries, campaigns + 1
        if found != sound:
            lost += 1
            print(f"killed from outside: {found} instead of {sound}\n{said}")
    print(f"killed from outside: {met} kills met a campaign, {campaigns - lost} of {campaigns} campaigns as without them")
    shutil.rmtree(folder)
    sys.exit(1 if wrong or lost else 0)


if __name__ == "__main__":
    main()
