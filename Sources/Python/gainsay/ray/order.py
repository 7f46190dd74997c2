"""Which job is next, and which are no longer wanted."""
from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional

from .jobs import Job, Plan


class Place(NamedTuple):
    """A job by the numbers of its question and of its turn there; places compare in the order in which jobs are begun."""

    turn: int
    question: int


class Order:
    """The first job of each question, then the second: what may stop others comes before them.

    A job that stops its siblings stops those behind it alone; those before it run to their end, for one of them may stop it. So what
    is wanted in the end is the same in whatever order jobs end.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        #: Of each question the first turn that stops the others.
        self.stopped: Dict[int, int] = {}
        self._again: List[Place] = []
        self._waiting = sorted(
            (Place(turn, number) for number, it in enumerate(plan.questions) for turn in range(len(it.jobs))), reverse=True)

    def job(self, place: Place) -> Job:
        return self._plan.questions[place.question].jobs[place.turn]

    def is_wanted(self, place: Place) -> bool:
        return place.turn <= self.stopped.get(place.question, place.turn)

    def next(self) -> Optional[Place]:
        """Those that were lost first; None where nothing waits."""
        while self._again or self._waiting:
            place = (self._again or self._waiting).pop()
            if self.is_wanted(place):
                return place
        return None

    def again(self, place: Place) -> None:
        self._again.append(place)

    def stop(self, place: Place) -> None:
        """It stops those behind it."""
        if self.is_wanted(place):
            self.stopped[place.question] = place.turn
