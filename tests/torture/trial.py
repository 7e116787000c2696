"""A trial: one service, one seed; rounds of operations with a fault or a kill in each, and the
oracle asked in full now and then."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path

from tests.torture.app import App
from tests.torture.churn import Churn
from tests.torture.cost import bill
from tests.torture.faults import Fault, Faults, local_fault, network_fault
from tests.torture.figures import Figures, Plan
from tests.torture.ground import REMOTE, Ground, NotThere, files_below, open_ground
from tests.torture.journal import Journal
from tests.torture.oracle import Difference, Oracle, Sampler
from tests.torture.report import save_evidence

_END_SECONDS = 8.0
"""After SIGTERM: the engine waits 3 s for what is under way, and the machine is busy."""
_QUEUE_LIMIT = Path("/proc/sys/fs/inotify/max_queued_events")


class Broken(Exception):
    """It makes no sense to go on."""


class Trial:
    """``say`` is told a line a round. :meth:`run` may be called once."""

    def __init__(self, plan: Plan, folder: Path, say: Callable[[str], None]) -> None:
        self.figures = Figures(plan)
        self._plan = plan
        self._folder = folder
        self._say = say
        self._begun = time.monotonic()
        self._journal = Journal()
        self._fault_times: list[tuple[float, str]] = []

    def run(self) -> Figures:
        """Everything that was started is ended; a failure is in the figures, never raised."""
        folder = self._folder / self._plan.service
        self._root = folder / "source"
        self._root.mkdir(parents=True)
        with ExitStack() as stack:
            ground = self._ground = open_ground(
                self._plan.service, folder / "server", self._journal
            )
            stack.callback(ground.close)
            app = self._app = App(folder / "home", ground.place, self._plan.program)
            stack.callback(app.close)
            self._hand = stack.enter_context(ThreadPoolExecutor(1))
            seed = f"{self._plan.seed} {self._plan.service}"
            self._churn = Churn(self._root, seed, self._journal, self._plan.taste)
            self._faults = Faults(ground, app, self._root)
            self._oracle = Oracle(self._root, ground, self._journal)
            sampler = Sampler(ground, self._journal, seed)
            stack.callback(sampler.close)
            try:
                self._work()
            except (Broken, AssertionError, RuntimeError, *NotThere) as error:
                self._fail(str(error) or repr(error))
            sampler.close()
            self._sum_up(ground, sampler)
        return self.figures

    # --- the phases -------------------------------------------------------------------------

    def _work(self) -> None:
        self._app.set_up(self._root, REMOTE)
        self._app.look_often(seconds=5)
        self._app.start()
        self._churn.run(self._plan.taste.files // 2)
        self._check("the beginning")
        self._many(self._plan.faults, "fault", self._fault_round)
        self._app.kill()
        self._many(self._plan.kills, "kill", self._kill_round)
        if not self._app.alive:
            self._app.start()
        self._check("kills")
        if self._plan.tight_limits and not self._is_late():
            self._tight_limits()

    def _many(self, count: int, name: str, round_: Callable[[random.Random], str]) -> None:
        for number in range(1, count + 1):
            if self._is_late():
                self.figures.notes.append(f"out of time after {number - 1} of {count} {name}s")
                return
            rng = random.Random(f"{self._plan.seed} {self._plan.service} {name} {number}")
            did = round_(rng)
            self._tell(f"{name} {number}/{count}", did)
            if number % self._plan.rounds == 0 or number == count:
                if not self._app.alive:
                    self._app.start()
                self._check(f"{name} {number}")
                if name == "kill":
                    self._app.kill()

    def _fault_round(self, rng: random.Random) -> str:
        """The app lives on; the fault begins while operations run."""
        did = []
        if rng.random() < 0.06:
            did.append(self._suffer(local_fault(rng), rng))
        did.append(self._suffer(network_fault(rng), rng))
        return ", ".join(did)

    def _suffer(self, fault: Fault, rng: random.Random) -> str:
        working = self._operate(rng)
        if rng.random() < 0.5:
            self._await_transfer(rng.uniform(0.1, 1.0))
        with self._faults.lasting(fault) as done:
            if done:
                self._count(fault)
            time.sleep(fault.seconds)
        working.result()
        self._expect_alive(fault)
        return str(fault) if done else f"{fault.kind} (not possible here)"

    def _kill_round(self, rng: random.Random) -> str:
        """Started, and killed soon; in every third round the network suffers meanwhile."""
        polite = rng.random() < 0.1
        if polite:
            self._terminate(rng.uniform(0.0, 2.0))
        self._app.start()
        working = self._operate(rng)
        fault = network_fault(rng) if rng.random() < 0.3 else None
        aimed, delay = rng.random() < 0.3, rng.uniform(0.2, 2.2)
        if rng.random() < 0.1:
            delay = rng.uniform(0.0, 0.6)
        with self._faults.lasting(fault) if fault else nullcontext():
            if fault:
                self._count(fault)
            if aimed:
                self._await_transfer(3.0)
                delay = rng.uniform(0.0, 0.15)
            time.sleep(delay)
            self._app.kill()
            self._fault_times.append((time.monotonic(), "kill"))
            self.figures.kills += 1
        working.result()
        words = f"{'SIGTERM, ' * polite}killed {'in a transfer ' * aimed}after {delay:.2f} s"
        return words + (f", {fault}" if fault else "")

    def _terminate(self, after: float) -> None:
        """A run that is ended politely."""
        self._app.start()
        time.sleep(after)
        self.figures.terms += 1
        self._app.terminate()
        if self._app.exit_code(_END_SECONDS) is None:
            said = self._app.abort()
            self._fail(f"SIGTERM did not end the app within {_END_SECONDS:.0f} s: {said}")

    def _tight_limits(self) -> None:
        """Fewer watches than folders, and a queue that overflows at once: polled, rescanned."""
        self._app.kill()
        queue = _QUEUE_LIMIT.read_text()
        with suppress(PermissionError):
            _QUEUE_LIMIT.write_text("8")
        try:
            self._app.start_with_few_watches(12)
            self._await(self._app.asked, 20)
            time.sleep(1.0)  # it makes its queue when it begins to watch
        finally:
            with suppress(PermissionError):
                _QUEUE_LIMIT.write_text(queue)
        self._churn.run(100)
        self._count_kind("tight limits")
        deadline = time.monotonic() + self._plan.rest_seconds
        while (found := self._differences()) and time.monotonic() < deadline:
            time.sleep(2.0)
        if found:
            self._fail(f"with tight limits: {_few(found)}")
        self._tell("tight limits", f"state {self._app.asked().get('state')}")
        self._app.kill()
        self._app.start()
        self._check("tight limits")

    # --- pieces of a round ------------------------------------------------------------------

    def _operate(self, rng: random.Random) -> Future[None]:
        """Some operations, going on in a thread of their own."""
        steps, pause = rng.randrange(4, 40), rng.choice([0.0, 0.005, 0.02, 0.05])
        return self._hand.submit(self._churn.run, steps, pause)

    def _await_transfer(self, seconds: float) -> None:
        """Until bytes flow, or so long."""
        proxy = self._ground.proxy
        before = proxy.sent
        self._await(lambda: proxy.sent > before + 100_000, seconds)

    @staticmethod
    def _await(condition: Callable[[], object], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def _count(self, fault: Fault) -> None:
        self._fault_times.append((time.monotonic(), fault.kind))
        self.figures.network_faults += fault.is_network
        self._count_kind(fault.kind)

    def _count_kind(self, kind: str) -> None:
        self.figures.faults[kind] = self.figures.faults.get(kind, 0) + 1

    def _expect_alive(self, fault: Fault) -> None:
        """Only what is asked to end ends."""
        if not self._app.alive:
            self._fail(f"the app ended by itself after {fault}: {self._app.said(600)}")
            self._app.start()

    # --- the oracle -------------------------------------------------------------------------

    def _check(self, after: str) -> None:
        """Wait for "up to date", then see whether that is so."""
        begun = time.monotonic()
        time.sleep(0.4)  # what was done last is on its way to the Watcher
        self._app.run("resume", "--all")  # reconnect now: the longest pause is a minute
        status = self._rest(begun + self._plan.rest_seconds)
        self.figures.checks += 1
        self.figures.longest_rest = max(self.figures.longest_rest, time.monotonic() - begun)
        if status.get("state") != "up-to-date":
            issues = self._app.run("issues").stdout[:1000]
            raise Broken(f"after {after}: not up to date in time: {status}; {issues}")
        found = self._differences()
        self._journal.rests()
        if found:
            time.sleep(10)
            later = self._differences()
            words = f"still {_few(later)}" if later else "ten seconds later all was right"
            self._fail(
                f"after {after}: up to date, but {_few(found)}; {words}{self._stories(found)}"
            )
        if after.startswith("fault"):  # the one process that lives through all of them
            self.figures.resident.append(self._app.resident())
            self.figures.descriptors.append(self._app.descriptors())

    def _rest(self, deadline: float) -> dict[str, object]:
        status: dict[str, object] = {}
        while time.monotonic() < deadline:
            if not self._app.alive:
                raise Broken(f"the app ended by itself: {self._app.said()}")
            status = self._app.asked() or status
            if status.get("state") == "up-to-date":
                break
            if status.get("question"):
                self.figures.questions.append(str(status["question"]))
                self._app.run("confirm", "m", "--yes")
            time.sleep(0.2)
        return status

    def _differences(self) -> list[Difference]:
        return self._oracle.differences()

    def _stories(self, found: list[Difference]) -> str:
        """What happened last to some of the paths."""
        stories = [(one.path, self._journal.story(one.path)[-10:]) for one in found[:5]]
        return "".join(f"\n    {path!r}: {'; '.join(story)}" for path, story in stories)

    # --- telling ----------------------------------------------------------------------------

    def _is_late(self) -> bool:
        return time.monotonic() - self._begun > self._plan.seconds

    def _fail(self, words: str) -> None:
        self.figures.failures.append(words)
        self._say(f"FAILED {words}")
        if self._plan.evidence is not None:
            number = len(self.figures.failures)
            where = self._plan.evidence / f"{self._plan.service} {number}"
            save_evidence(self._folder / self._plan.service, where)
            (where / "failure.txt").write_text(words)

    def _tell(self, round_: str, did: str) -> None:
        seconds = time.monotonic() - self._begun
        self._say(f"{seconds:7.1f} s  {self._plan.service:4}  {round_:12}  {did}")

    def _sum_up(self, ground: Ground, sampler: Sampler) -> None:
        figures = self.figures
        figures.seconds = time.monotonic() - self._begun
        figures.operations = self._churn.steps
        figures.samples = sampler.samples
        figures.sent, figures.requests = ground.proxy.sent, ground.meter.requests
        figures.files = len(files_below(self._root))
        figures.bill = bill(ground.meter.attempts, self._fault_times, self._journal)
        figures.failures += [f"half file: {words}" for words in sampler.half_files]
        for words, number in Counter(_raised(self._app.log())).most_common():
            figures.notes.append(f"{number} tracebacks in the app's log: {words}")
        figures.judge()


def _raised(log: str) -> list[str]:
    """The last line of each traceback: what was raised."""
    return re.findall(r"^Traceback .*\n(?:[ \t].*\n|\n)*(\S.*)$", log, re.MULTILINE)


def _few(found: list[Difference]) -> str:
    return f"{len(found)} differences: {'; '.join(map(str, found[:8]))}"
