"""The order of calls judged: the study's table of what to demand, by a virtual gate that runs the service's dispatch.

`deploy/bench policy --seeds 4` for a first look; without the switch 40 seeds, as most figures in docs/policy.md.
`--only crisis` plays no more than the scenes with that word in their names, and tells of no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context

from tqdm import tqdm

from tests.bench.parts import slot_trials, trials
from tests.bench.parts.intervals import Change, change
from tests.bench.parts.scenes import EVENINGS
from tests.bench.parts.slot_trials import BOOKED, FIRST_COME, FORWARDED, NO_SLOTS, asking
from tests.bench.parts.trials import CRISES, LIARS, SHARES, SMALL, Figures
from tests.bench.rows import Row, Setup

NEEDS_SERVERS = False
SEEDS, SMALL_DAYS, PROCESSES = 40, 100, 2
SCENES = ("quiet", "busy", "surge", "crisis")
MIXED = ("quiet", "busy", "surge")
DAY_THREE, FIRST_TICKET = list(CRISES)[1:]
SAVED = {
    ("busy", "promised"): -45,
    ("surge", "promised"): -35,
    ("crisis", DAY_THREE): -58,
    ("crisis", FIRST_TICKET): -65,
}
SPREAD = {"busy": -45, "surge": -35, "crisis": -58}
GROUPED = {"busy": -42, "surge": -33}
ABOVE_OPTIMUM = {"quiet": 4, "busy": 6, "surge": 8}
OF_OPTIMUM, LATER, LATER_TROUBLED = 70, 1, 2
Told = dict[str, list[Figures]]


def run(setup: Setup) -> list[Row]:
    """All scenes with all seeds, two at a time."""
    return rows_of(_played(setup.seeds or SEEDS, setup.only))


def rows_of(told: Told) -> list[Row]:
    """What the scenes that were played say."""
    parts = (_saved, _beside_optimum, _standard, _spread, _kept, _peers, _crises, _beyond, _slots)
    return [row for part in parts for row in part(told)]


def work(only: Sequence[str] = ()) -> dict[str, Callable[[int], Figures]]:
    """The scenes by their names, each to be played with one seed after another; with words only those that have one."""
    plays: dict[str, Callable[[int], Figures]] = {name: partial(trials.whole, name) for name in SCENES}
    plays |= {f"{name}, spread": partial(trials.spread, name) for name in SCENES}
    plays |= {f"{name}, other evenings": partial(trials.other_evenings, name) for name in MIXED}
    plays |= {f"{name} by share": partial(trials.shares, name) for name in MIXED}
    plays |= {"crisis, other regimes": trials.other_crises}
    plays |= {f"liars, {scene}": partial(trials.liars, scene) for scene in LIARS}
    plays |= {f"small {name}": partial(trials.small_day, name) for name in SMALL}
    plays |= {f"{name}, slots": partial(slot_trials.booked, name) for name in MIXED}
    plays |= {f"{name}, slots, troubled": partial(slot_trials.troubled, name) for name in MIXED}
    found = {name: play for name, play in plays.items() if not only or any(word in name for word in only)}
    if not found:
        raise SystemExit(f"error: no scene has {', '.join(only)} in its name; there are: {'; '.join(plays)}")
    return found


def _played(seeds: int, only: Sequence[str]) -> Told:
    plays = work(only)
    told: Told = {name: [] for name in plays}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        tasks = {
            pool.submit(one, seed): name
            for name, one in plays.items()
            for seed in range(SMALL_DAYS if name.startswith("small") and seeds >= SEEDS else seeds)
        }
        try:
            for task in tqdm(as_completed(tasks), total=len(tasks), unit="trial", dynamic_ncols=True, smoothing=0):
                told[tasks[task]].append(task.result())
        finally:  # told to end, it does not play on to the last of what waits
            pool.shutdown(cancel_futures=True)
    return told


def _change(figures: Sequence[Figures], ours: str, theirs: str) -> Change:
    return change([one[ours] for one in figures], [one[theirs] for one in figures])


def _row(name: str, found: Change, goal: float | None = None, note: str = "") -> Row:
    """The worse end of the interval against what is demanded."""
    return Row(name, found.upper, "%", goal=goal, lower=True, note="; ".join(filter(None, (f"{found}", note))))


def _saved(told: Told) -> Iterator[Row]:
    """Perishables' loss against first come, without and with withdrawals, holds and returning no-shows."""
    for (scene, order), goal in SAVED.items():
        for among in ("", ", troubled") if scene in told else ():
            found = _change(told[scene], f"{order}{among}.loss", f"first come{among}.loss")
            yield _row(f"loss, {scene}: {order}{among}", found, goal)
    for scene, goal in GROUPED.items():
        if scene in told:
            found = _change(told[scene], "three groups.loss", "first come.loss")
            yield _row(f"loss, {scene}: shelf life in three groups", found, goal)


def _beside_optimum(told: Told) -> Iterator[Row]:
    """How much of what somebody who knows the future would save, without and with the same promises."""
    quiet = told.get("quiet", [])
    saved = [one["first come.loss"] - one["promised.loss"] for one in quiet]
    for which, goal in (("optimum with the same promises", OF_OPTIMUM), ("optimum", None)) if quiet else ():
        most = [one["first come.loss"] - one[f"{which}.loss"] for one in quiet]
        found, best = change(saved, most), _change(quiet, f"{which}.loss", "first come.loss")
        note = f"{100 + found.per_cent:.1f} ± {found.half_width:.1f} % of {best}"
        yield Row(f"saved at 0.8, of the {which}", 100 + found.per_cent - found.half_width, "%", goal=goal, note=note)
    for name, goal in ABOVE_OPTIMUM.items():
        if days := told.get(f"small {name}"):
            yield _row(f"small {name} days above the optimum", _change(days, "promised.loss", "optimum.loss"), goal)


def _standard(told: Told) -> Iterator[Row]:
    """How much longer standard trucks wait at the 95th per cent."""
    among_goals = (("", LATER), (", troubled", LATER_TROUBLED))
    for scene in (name for name in SCENES if name in told):
        for order in ("promised",) if scene != "crisis" else CRISES:
            for among, goal in among_goals:
                found = _change(told[scene], f"{order}{among}.p95", f"first come{among}.p95")
                yield _row(f"standard p95, {scene}: {order}{among}", found, goal)
    for scene in (name for name in MIXED if f"{name} by share" in told):
        for share in SHARES:
            for among, goal in among_goals:
                at = f"{among} at {share:.0%}"
                found = _change(told[f"{scene} by share"], f"promised{at}.p95", f"first come{at}.p95")
                yield _row(f"standard p95, {scene}{at}", found, goal)


def _spread(told: Told) -> Iterator[Row]:
    """The same where calls are spread over the hour, against first come that is called so too."""
    for scene in (name for name in SCENES if f"{name}, spread" in told):
        figures = told[f"{scene}, spread"]
        for among, goal in (("", LATER), (", troubled", LATER_TROUBLED)):
            found = _change(figures, f"promised{among}.loss", f"first come{among}.loss")
            yield _row(f"loss, {scene}, spread{among}", found, SPREAD.get(scene))
            found = _change(figures, f"promised{among}.p95", f"first come{among}.p95")
            yield _row(f"standard p95, {scene}, spread{among}", found, goal)


def _kept(told: Told) -> Iterator[Row]:
    """Promises broken, standard trucks called above their first-come number or overtaken, trucks left over."""
    everything = [one for figures in told.values() for one in figures]
    for what, name in (
        ("broken", "broken promises, late or overtaken standard trucks"),
        ("left over", "trucks left over"),
    ):
        count = sum(value for one in everything for key, value in one.items() if key.endswith(f".{what}"))
        runs = sum(key.endswith(f".{what}") for one in everything for key in one)
        yield Row(name, count, "", goal=0, lower=True, note=f"in {runs:,} runs")
    yield Row("fullest apron", max(v for one in everything for k, v in one.items() if k.endswith(".apron")), "trucks")


def _peers(told: Told) -> Iterator[Row]:
    for scene in (name for name in SCENES if name in told):
        yield _row(f"loss, {scene}: fixed pattern", _change(told[scene], "pattern.loss", "first come.loss"))
        yield _row(f"standard p95, {scene}: fixed pattern", _change(told[scene], "pattern.p95", "first come.p95"))
    for scene, name in (("quiet", "promised"), ("crisis", "normal regime")):
        if scene in told:
            yield _row(f"loss, {scene}: {name}", _change(told[scene], f"{name}.loss", "first come.loss"))


def _crises(told: Told) -> Iterator[Row]:
    """A crisis that is lifted again, one that was foreseen, and the longest waits."""
    others = told.get("crisis, other regimes", [])
    for among in ("", ", troubled") if others else ():
        found = _change(others, f"wider grace{among}.loss", f"first come{among}.loss")
        yield _row(f"loss, crisis: wider grace on every receipt{among}", found, SAVED["crisis", FIRST_TICKET])
    if others:
        found = _change(others, "lifted.loss", "first come.loss")
        yield _row("loss, crisis: declared on day 3, lifted on day 5", found)
    for order in ("lifted", "wider grace") if others else ():
        yield _row(f"standard p95, crisis: {order}", _change(others, f"{order}.p95", "first come.p95"), LATER)
    for regime in CRISES if "crisis" in told else ():
        longest = max(one[f"{regime}.longest"] for one in told["crisis"])
        yield Row(f"longest wait of a perishable: {regime}", longest, "h")


def _beyond(told: Told) -> Iterator[Row]:
    """What else the study left out: liars, and other readings of its evenings."""
    for scene, (_, claim, _) in LIARS.items():
        for who in ("liars", "others", "liars wait") if f"liars, {scene}" in told else ():
            found = _change(told[f"liars, {scene}"], f"some lie.{who}", f"all honest.{who}")
            yield _row(f"one in ten claims {claim} its life, {scene}: {who}", found)
    for scene in MIXED:
        figures = told.get(f"{scene}, other evenings", [])
        for how in EVENINGS if figures else ():
            found = _change(figures, f"promised, {how}.loss", f"first come, {how}.loss")
            yield _row(f"loss, {scene}, evenings {how}", found)


def _slots(told: Told) -> Iterator[Row]:
    """What slots cost perishables and standard trucks, at a gate that counts each hour's calls."""
    for scene in (name for name in MIXED if f"{name}, slots" in told):
        figures = told[f"{scene}, slots"]
        for how in FORWARDED:
            yield from _of_slots(figures, f"{NO_SLOTS}{how}", scene, f"{FIRST_COME}{how}")
            for share in BOOKED:
                for _, who in asking(share):
                    name = f"{share} booked{who}{how}"
                    yield from _of_slots(figures, name, scene, f"{FIRST_COME}{how}", f"{NO_SLOTS}{how}")
    for scene in (name for name in MIXED if f"{name}, slots, troubled" in told):
        figures, at = told[f"{scene}, slots, troubled"], ", troubled"
        yield from _of_slots(figures, f"{NO_SLOTS}{at}", scene, f"{FIRST_COME}{at}")
        yield from _of_slots(figures, f"0.2 booked{at}", scene, f"{FIRST_COME}{at}", f"{NO_SLOTS}{at}")


def _of_slots(
    figures: Sequence[Figures], name: str, scene: str, first_come: str, no_slots: str | None = None
) -> Iterator[Row]:
    yield _row(f"loss, {scene}: {name}", _change(figures, f"{name}.loss", f"{first_come}.loss"))
    if no_slots is None:
        return
    for what, told in (("loss", "loss"), ("p95", "standard p95")):
        found = _change(figures, f"{name}.{what}", f"{no_slots}.{what}")
        live = _change(figures, f"{name}.live {what}", f"{name}.live {what} without")
        yield _row(f"{told}, {scene}: {name}, against none", found, note=f"of those who book none {live}")
    total = {what: sum(one[f"{name}.{what}"] for one in figures) for what in ("trucks", "slots", "late", "ours")}
    parts = "; ".join(f"{total[what] / total['slots']:.1%} {of}" for what, of in (("late", "late"), ("ours", "by us")))
    yield Row(f"slots, {scene}: {name}", 100 * total["slots"] / total["trucks"], "% of trucks", note=parts)
