"""Is the report the same whatever dies? 200 property-seed pairs with one worker and with four, then again while workers and drivers are killed.

    python Tests/Python/ray_faults.py [--seeds 50] [--tries 1000000] [--kills 20] [--drivers 5] [--chance 0]

Needs Ray, the program (as `import gainsay` finds it) and two cores. Each cluster is of this machine: `ray start --head`, in a folder of its own,
on a free port. Workers and drivers are killed (SIGKILL) at random moments of random numbers that --chance begins. All reports have to be equal, byte for
byte. Prints times, and what four workers gain. Only processes that were started here are ended.
"""
import argparse
import contextlib
import os
import pathlib
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
DIGITS = HERE.parent.parent / "Examples" / "digits"

#: Three that no seed contradicts and that take their time, and one that a few seeds do.
SPEC = """
type Digit = Tensor[1, 8, 8] in [0, 1] as image
enum Label = zero, one, two, three, four, five, six, seven, eight, nine
model net  : (image: Digit) -> (scores: Tensor[Label]) from "digits.onnx"
data  test : { image: Digit, label: Label } from "digits-test.npz"

property still "no change this small changes the answer" {
  forall { image, label } in test
  forall noise: Tensor[1, 8, 8] in [-0.003, 0.003]
  assume argmax(net(image)) == label
  check argmax(net(clamp(image + noise, 0, 1))) == label
}
property near "no change this small changes it much" {
  forall { image } in test
  forall noise: Tensor[1, 8, 8] in [-0.003, 0.003]
  check max(abs(net(clamp(image + noise, 0, 1)) - net(image))) <= 20
}
func part(x: Real) -> Real = x - floor(x)
property slit "no number is near a whole one three times" {
  forall x: Real in [0.1234567, 0.98765]
  let a = part(part(part(x * 971.3) * 733.7) * 1291.9)
  let b = part(part(part(x * 613.1) * 877.3) * 1019.3)
  let c = part(part(part(x * 541.7) * 911.9) * 1103.3)
  check max(a, b, c) >= 0.0012
}
property calm "a change this large moves no score far" {
  forall { image } in test
  forall noise: Tensor[1, 8, 8] in [-0.05, 0.05]
  check max(abs(net(clamp(image + noise, 0, 1)) - net(image))) <= 60
}
"""


#: The clusters that are begun here let in who knows a token of this run alone.
ENVIRONMENT = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


def free_port():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


@contextlib.contextmanager
def cluster(workers, folder):
    """Its address, and the process that all of it descends from."""
    port = free_port()
    command = [
        os.path.join(os.path.dirname(sys.executable), "ray"), "start", "--head", "--block", "--port", str(port), "--num-cpus", str(workers),
        "--include-dashboard", "false", "--disable-usage-stats", "--temp-dir", str(folder), "--node-ip-address", "127.0.0.1"]
    with open(folder / "output", "w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, env=ENVIRONMENT)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, (folder / "output").read_text()
            time.sleep(0.1)
        time.sleep(5)  # the processes that it begins with
        yield f"127.0.0.1:{port}", process
    finally:
        family = descendants(process.pid)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        for it in [process.pid, *family]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(it, signal.SIGKILL)
        process.wait()


def parents():
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                text = pathlib.Path("/proc", name, "stat").read_text()
                found[int(name)] = int(text.rpartition(")")[2].split()[1])
    return found


def descendants(ancestor):
    children = {}
    for child, parent in parents().items():
        children.setdefault(parent, []).append(child)
    found, waiting = [], [ancestor]
    while waiting:
        more = children.get(waiting.pop(), [])
        found += more
        waiting += more
    return found


def workers_of(process):
    """Those at work."""
    found = []
    for it in descendants(process.pid):
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{it}/cmdline").read_bytes().startswith(b"ray::work"):
                found.append(it)
    return found


def driver(options, address, store, report, folder):
    command = [
        sys.executable, "-m", "gainsay.ray", "faults.say", "--seeds", f"1..{options.seeds}", "--tries", str(options.tries), "--address", address,
        "--store", str(store), "--resume", "--output", str(report)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT)


def ended(process):
    errors = process.communicate()[1].decode()
    assert process.returncode in (0, 1), f"exit code {process.returncode}\n{errors}"


def timed(options, workers, folder):
    """The report, and the seconds that the driver took."""
    store, report = folder / f"store-{workers}", folder / f"report-{workers}.json"
    with scratch() as place, cluster(workers, place) as (address, _):
        start = time.monotonic()
        ended(driver(options, address, store, report, folder))
        seconds = time.monotonic() - start
    print(f"{workers} workers: {seconds:.1f} s, {sum(1 for _ in open(store, 'rb')) - 1} results", flush=True)
    return report.read_bytes(), seconds


@contextlib.contextmanager
def scratch():
    """Ray's sockets have long names: a folder with a short one."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gr-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def faulted(options, seconds, folder, wanted):
    """Kills until all kills have met something; each run that they are spread over has to end with the report that is wanted."""
    chance = random.Random(options.chance)
    kills = ["worker"] * options.kills + ["driver"] * options.drivers
    chance.shuffle(kills)
    pause, runs, met = seconds / (len(kills) + 2), 0, {"worker": 0, "driver": 0}
    with scratch() as place, cluster(4, place) as (address, head):
        while kills:
            runs += 1
            store, report = folder / f"store-faults-{runs}", folder / f"report-faults-{runs}.json"
            running, lines = driver(options, address, store, report, folder), 0
            while running.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.wait(chance.expovariate(1 / pause) if kills else None)
                if running.poll() is not None or not kills:
                    continue
                if kills[-1] == "driver":
                    running.kill()
                    running.communicate()
                    kept = store.read_bytes().count(b"\n") if store.exists() else 0
                    assert kept >= lines, "the store has lost results"
                    lines = kept
                    running = driver(options, address, store, report, folder)
                else:
                    there = workers_of(head)
                    if not there:
                        continue
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(chance.choice(there), signal.SIGKILL)
                met[kills.pop()] += 1
            ended(running)
            assert report.read_bytes() == wanted, f"{report} differs"
    print(f"{met['worker']} workers and {met['driver']} drivers killed in {runs} runs: the same report each time", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--tries", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--drivers", type=int, default=5)
    parser.add_argument("--chance", type=int, default=0)
    options = parser.parse_args()
    with scratch() as folder:
        (folder / "faults.say").write_text(SPEC)
        for name in ("digits.onnx", "digits-test.npz"):
            shutil.copy(DIGITS / name, folder / name)
        one, alone = timed(options, 1, folder)
        four, together = timed(options, 4, folder)
        assert one == four, "one worker and four differ"
        print(f"the same report, {len(one):,} bytes; four workers take 1/{alone / together:.2f} of the time", flush=True)
        faulted(options, together, folder, one)


if __name__ == "__main__":
    main()
