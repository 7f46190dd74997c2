"""Carries a plan out: keeps jobs in flight, keeps what comes back, does again what was lost."""
from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from time import monotonic
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from .._errors import Error, SpecError
from . import answers
from .cluster import MOST_DEATHS, Cluster, Lost, Sending, first_line, work
from .jobs import Plan
from .order import Order, Place
from .progress import Bar, Progress
from .report import ClusterReport, report
from .store import Store
from .trees import Files

#: How many results go to the disk at once, at most.
BATCH = 256
#: Seconds between looks at what the cluster has.
LOOK = 5.0


class Running(NamedTuple):
    """Where a plan is carried out."""

    #: A cluster's address, `auto` for the one of this machine; None for one of our own, which ends with the run.
    address: Optional[str] = None
    #: How many jobs run at a time, at most.
    workers: Optional[int] = None
    #: The file that results are kept in; None for one that goes with the run.
    store: Optional[str] = None
    resume: bool = False
    #: None: where somebody looks.
    progress: Optional[bool] = None


class ClusterInterrupted(KeyboardInterrupt):
    """Ctrl-C; `report` is what was found until then."""

    def __init__(self, found: ClusterReport) -> None:
        super().__init__("interrupted")
        self.report = found


def carried_out(plan: Plan, files: Files, running: Running) -> ClusterReport:
    """The report of a plan. Raises ClusterInterrupted at Ctrl-C, Error where the cluster cannot be reached or is gone."""
    if running.resume and running.store is None:
        raise SpecError("--resume goes on with what --store FILE holds: say which")
    with _opened(plan, running) as store:
        try:
            _go(plan, files, store, running)
        except KeyboardInterrupt:
            raise ClusterInterrupted(report(plan, store)) from None
        return report(plan, store)


def _go(plan: Plan, files: Files, store: Store, running: Running) -> None:
    cluster = Cluster(running.address, running.workers, plan.threads)
    bar = Bar(running.progress)
    try:
        Run(cluster, plan, files, store, bar.show).go()
    finally:
        bar.close()
        cluster.close()


@contextmanager
def _opened(plan: Plan, running: Running) -> Iterator[Store]:
    with tempfile.TemporaryDirectory(prefix="gainsay-") as folder:
        store = Store(running.store or os.path.join(folder, "store"), plan.head, resume=running.resume)
        try:
            yield store
        finally:
            store.close()


class Run:
    """A plan being carried out. What is in the store counts, and is not done again."""

    def __init__(self, cluster: Cluster, plan: Plan, files: Files, store: Store, tell: Callable[[Progress], None]) -> None:
        self.cluster, self.plan, self.store, self.tell = cluster, plan, store, tell
        self.order = Order(plan)
        self.sending = Sending(cluster.ray, plan, files)
        self.task = cluster.ray.remote(max_retries=0, num_cpus=plan.threads)(work)
        self.in_flight: Dict[Any, Place] = {}
        self.deaths: Dict[Place, int] = {}
        self.all_deaths = 0
        self.all_jobs = sum(len(it.jobs) for it in plan.questions)
        self.done = 0

    def go(self) -> None:
        """To the end. Raises KeyboardInterrupt at Ctrl-C, Error where the cluster is gone; what is in the store stays."""
        self.take_stored()
        clock = _Clock(self.cluster.slots)
        while self.fill(clock.slots()):
            ended, _ = self.cluster.ray.wait(list(self.in_flight), num_returns=1, timeout=LOOK)
            if ended and len(self.in_flight) > 1:
                # What else has ended by now goes to the disk with it.
                ended, _ = self.cluster.ray.wait(list(self.in_flight), num_returns=min(BATCH, len(self.in_flight)), timeout=0)
            self.take([(self.in_flight.pop(it), it) for it in ended])
            self.tell(Progress(self.done, self.all_jobs, len(self.in_flight), self.all_deaths))

    def take_stored(self) -> None:
        for number, question in enumerate(self.plan.questions):
            for turn, job in enumerate(question.jobs):
                key = job.key(self.plan.program)
                if key in self.store and answers.stops(self.plan.kind, self.store.get(key)):
                    self.order.stop(Place(turn, number))
                    break

    def fill(self, slots: int) -> bool:
        """False where nothing is in flight and nothing waits."""
        while len(self.in_flight) < slots:
            place = self.order.next()
            if place is None:
                break
            job = self.order.job(place)
            key = job.key(self.plan.program)
            if key in self.store and answers.is_final(self.store.get(key)):
                self.done += 1
                continue
            sent = self.sending.tree(job.tree)
            self.in_flight[self.task.remote(self.plan.kind, job.arguments, job.tree, self.plan.program, sent)] = place
        return bool(self.in_flight)

    def take(self, ended: List[Tuple[Place, Any]]) -> None:
        found: List[Tuple[Place, Dict[str, Any]]] = []
        for place, reference in ended:
            if self.order.is_wanted(place):
                it = self.found(place, reference)
                found += [] if it is None else [(place, it)]
        if found:
            self.store.put([(self.order.job(place).key(self.plan.program), it) for place, it in found])
        stopping = [place for place, it in found if answers.stops(self.plan.kind, it)]
        for place in stopping:
            self.order.stop(place)
        self.done += len(found)
        for reference, place in self.in_flight.items() if stopping else ():
            if not self.order.is_wanted(place):
                self.cluster.ray.cancel(reference)

    def found(self, place: Place, reference: Any) -> Optional[Dict[str, Any]]:
        """None where it was lost, and waits again."""
        exceptions = self.cluster.ray.exceptions
        try:
            result: Dict[str, Any] = self.cluster.ray.get(reference)
            return result
        except exceptions.TaskCancelledError:
            self.order.again(place)
            return None
        except self.cluster.lost as error:
            return self.lost(place, type(error).__name__)
        except exceptions.RayTaskError as error:
            if isinstance(error.cause, Lost):
                return self.lost(place, str(error.cause))
            raise Error(str(error.cause) if isinstance(error.cause, Error) else f"a worker could not do its work: {error}") from None
        except exceptions.RayError as error:
            raise Error(f"the cluster does not answer: {first_line(error)}; what was found is kept, go on with --resume") from None

    def lost(self, place: Place, why: str) -> Optional[Dict[str, Any]]:
        self.all_deaths += 1
        self.deaths[place] = self.deaths.get(place, 0) + 1
        if self.deaths[place] >= MOST_DEATHS:
            return answers.died(self.deaths[place], why)
        self.order.again(place)
        return None


class _Clock:
    """Looks again at how many jobs run at a time, now and then: nodes come and go."""

    def __init__(self, look: Callable[[], int]) -> None:
        self._look = look
        self._slots, self._last = look(), monotonic()

    def slots(self) -> int:
        if monotonic() - self._last > LOOK:
            self._slots, self._last = self._look(), monotonic()
        return self._slots
