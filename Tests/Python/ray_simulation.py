"""What a run on 1,000 nodes would take: the costs of a job measured on this machine, then a simulation of many nodes with them.

    python Tests/Python/ray_simulation.py measure      # a few minutes; prints the figures, and what the simulation says of the same run
    python Tests/Python/ray_simulation.py              # the table of docs, from the figures that stand below

Simulated: one driver, which hands out jobs and takes results one by one, and waits for the disk once for all that have come; nodes with some
processors each, which fetch the files before their first job, from one another; jobs of half to one and a half times the usual length, each with the
start of a process before it; nodes that die by chance, and what they worked on done again. Not simulated: Ray's own scheduler beyond the driver's cost,
and networks that are full.
"""
import argparse
import heapq
import json
import os
import random
import tempfile
import time
from typing import NamedTuple


class Costs(NamedTuple):
    """Measured seconds, but for the last two, which are assumed."""

    #: The driver's time for a job, from handing it out to taking what came back, with so many under way: (under way, seconds).
    driver: tuple
    #: One write and sync of the store, whatever is in it, and more for each result.
    sync: float
    result: float
    #: Laying out a megabyte on a node.
    layout: float
    #: Starting the program, and reading a small spec, model and data.
    start: float
    #: A new worker in the place of one that died.
    worker: float
    #: Bytes that a node takes or gives in a second, and the size of what is sent.
    network: float = 1.25e9
    sent: float = 100e6


#: As `measure` printed it last: 2 cores of an AMD EPYC (Zen 4), busy with other work, Ray 2.60.0, Python 3.11. The last two by hand: a check of one
#: try of Examples/digits, and the first job of a new worker.
MEASURED = Costs(
    driver=((2, 0.0054), (64, 0.0022), (1000, 0.0022), (8000, 0.0020), (32000, 0.0024)), sync=0.0020, result=0.00003, layout=0.0114, start=0.07,
    worker=2.0)


def driver_cost(costs, under_way):
    """Between what was measured, in proportion."""
    points = sorted(costs.driver)
    for (low, first), (high, second) in zip(points, points[1:]):
        if under_way <= high:
            return first + (second - first) * max(0, under_way - low) / (high - low)
    return points[-1][1] * max(1, under_way / points[-1][0])


class Outcome(NamedTuple):
    seconds: float
    #: Of the processors' time, the share that went into jobs.
    efficiency: float
    #: Of the whole time, the share in which the driver was busy.
    driver: float
    #: Of the driver's jobs, those that were lost and done again.
    lost: int
    syncs: int


def simulate(costs, *, nodes, slots, jobs, length, deaths_per_hour=0.0, seed=0, fixed=False):
    """`slots` jobs at a time on each node; `deaths_per_hour` of each node."""
    chance = random.Random(seed)
    now, busy_driver, useful, lost, syncs = 0.0, 0.0, 0.0, 0, 0
    left, done, under_way = jobs, 0, 0
    free = []  # (from when on, node)
    # Files go from node to node: whoever has them passes them on.
    ready, have = [], 1
    copy = costs.sent / costs.network
    for node in range(nodes):
        ready.append(copy * max(1, (node + 1).bit_length()) + costs.layout * costs.sent / 1e6)
    for node in range(nodes):
        free += [(0.0, node)] * slots
    heapq.heapify(free)
    ends = []  # (when, node, length, whether it is lost)
    first = [True] * nodes
    while done < jobs:
        # The driver takes what has come, syncs once, and hands out what it can.
        came = []
        while ends and ends[0][0] <= now:
            came.append(heapq.heappop(ends))
        cost = driver_cost(costs, under_way)
        if came:
            kept = [it for it in came if not it[3]]
            spent = cost / 2 * len(came) + (costs.sync + costs.result * len(kept) if kept else 0)
            now, busy_driver, syncs = now + spent, busy_driver + spent, syncs + bool(kept)
            done += len(kept)
            lost += len(came) - len(kept)
            left += len(came) - len(kept)
            under_way -= len(came)
            for when, node, size, is_lost in came:
                useful += 0 if is_lost else size
                heapq.heappush(free, (now + (costs.worker if is_lost else 0), node))
        given = 0
        while left and free and free[0][0] <= now and given < 256:
            _, node = heapq.heappop(free)
            size = length if fixed else length * chance.uniform(0.5, 1.5)
            now, busy_driver = now + cost / 2, busy_driver + cost / 2
            begin = max(now, ready[node]) if first[node] else now
            end = begin + costs.start + size
            death = chance.expovariate(deaths_per_hour / 3600) if deaths_per_hour else float("inf")
            heapq.heappush(ends, (min(end, begin + death), node, size, begin + death < end))
            if end > ready[node]:
                first[node] = now < ready[node]
            left, under_way, given = left - 1, under_way + 1, given + 1
        if not came and not given:
            waits = [it for it in (ends[0][0] if ends else None, free[0][0] if free and left else None) if it is not None and it > now]
            now = min(waits) if waits else now
    return Outcome(now, useful / (now * nodes * slots), busy_driver / now, lost, syncs)


# Measured

def measure():
    from gainsay.ray import answers
    from gainsay.ray.cluster import Cluster
    from gainsay.ray.jobs import Job, Plan, Question
    from gainsay.ray.run import Run
    from gainsay.ray.store import Store
    from gainsay.ray.trees import Files, Tree, laid_out

    entry = {"name": "p", "verdict": "survived", "text": "x" * 600, "counterexamples": []}
    result = {"code": 0, "properties": [entry]}

    def nothing(kind, arguments, digest, program, sent):
        import time

        time.sleep(float(arguments[0]))
        return result

    def planned(jobs, length, mark):
        question = Question({"property": "p"}, tuple(Job({"seed": it}, (str(length), mark, str(it)), "t") for it in range(jobs)))
        return Plan("check", (question,), {"t": Tree((), "", "t")}, "p", 1)

    def timed(cluster, folder, jobs, under_way, length, mark):
        plan = planned(jobs, length, mark)
        store = Store(os.path.join(folder, mark), plan.head, resume=False)
        run = Run(cluster, plan, Files(), store, lambda it: None)
        run.task = cluster.ray.remote(max_retries=0, num_cpus=1)(nothing)
        cluster.slots = lambda: under_way
        start, processor = time.monotonic(), time.process_time()
        run.go()
        seconds, processor = time.monotonic() - start, time.process_time() - processor
        store.close()
        return seconds, processor

    with tempfile.TemporaryDirectory() as folder:
        store = Store(os.path.join(folder, "s"), {"kind": "", "program": "", "files": "", "jobs": ""}, resume=False)
        start = time.monotonic()
        for it in range(100):
            store.put([(str(it), result)])
        one = (time.monotonic() - start) / 100
        start = time.monotonic()
        for it in range(20):
            store.put([(f"{it} {number}", result) for number in range(256)])
        many = (time.monotonic() - start) / 20
        store.close()
        per_result = max(0.0, (many - one) / 255)
        content = os.urandom(1 << 20)
        source = os.path.join(folder, "source")
        with open(source, "wb") as file:
            file.write(content * 64)
        tempfile.tempdir, files = os.path.join(folder, "node"), Files()
        os.mkdir(tempfile.tempdir)
        tree = files.tree([source], folder)
        start = time.monotonic()
        laid_out(tree, lambda missing: {it: files.content(it) for it in missing})
        layout = (time.monotonic() - start) / 64
        tempfile.tempdir = None
        print(json.dumps({"sync": one - per_result, "result": per_result, "layout": layout, "bytes": len(json.dumps(result))}), flush=True)

        cluster = Cluster(None, 2, 1)
        timed(cluster, folder, 50, 2, 0, "warm")
        points = []
        for under_way, jobs in ((2, 1000), (64, 3000), (1000, 6000), (8000, 24000), (32000, 40000)):
            seconds, processor = timed(cluster, folder, jobs, under_way, 0, f"u{under_way}")
            points.append((under_way, seconds / jobs))
            print(f"{under_way} under way: {seconds / jobs * 1000:.3f} ms a job, of them {processor / jobs * 1000:.3f} of this process", flush=True)
        cluster.close()
        costs = MEASURED._replace(driver=tuple(points), sync=one - per_result, result=per_result, layout=layout, sent=0, start=0)
        cluster = Cluster(None, 16, 1)
        timed(cluster, folder, 1000, 16, 0.1, "warm16")
        for length, jobs in ((0.2, 400), (0.05, 800)):
            seconds, _ = timed(cluster, folder, jobs, 16, length, f"v{length}")
            said = simulate(costs, nodes=1, slots=16, jobs=jobs, length=length, fixed=True)
            print(f"{jobs} jobs of {length} s, 16 at a time: {seconds:.2f} s, simulated {said.seconds:.2f} s", flush=True)
        cluster.close()
    assert answers.is_final(result)


def table():
    print("| nodes | jobs | a job, s | deaths of a node | whole, s | processors busy | driver busy | done again |")
    print("|---|---|---|---|---|---|---|---|")
    for nodes, slots, jobs, length, deaths in (
        (10, 32, 20_000, 10, 0), (100, 32, 200_000, 10, 0), (1000, 32, 500_000, 10, 0), (1000, 32, 500_000, 60, 0), (1000, 32, 320_000, 300, 0),
        (1000, 32, 320_000, 300, 0.1), (1000, 32, 320_000, 300, 1),
    ):
        it = simulate(MEASURED, nodes=nodes, slots=slots, jobs=jobs, length=length, deaths_per_hour=deaths)
        often = f"{deaths} an hour" if deaths else "none"
        print(f"| {nodes:,} x {slots} | {jobs:,} | {length} | {often} | {it.seconds:,.0f} | {it.efficiency:.1%} | {it.driver:.1%} | {it.lost:,} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=["measure", "table"], default="table")
    measure() if parser.parse_args().what == "measure" else table()
