"""Which phase of the process a stage that is already there belongs to."""

NEEDS, SOLUTION, SALE, FOLLOWUP = "needs", "solution", "sale", "followup"


def open_phase(position, count):
    """Return the phase of the open stage at ``position`` (from 0) among ``count`` open stages.

    The first third collects needs, the middle designs the solution, the rest is the sale.

    >>> [open_phase(position, 3) for position in range(3)]
    ['needs', 'solution', 'sale']
    >>> [open_phase(position, 5) for position in range(5)]
    ['needs', 'needs', 'solution', 'solution', 'sale']
    >>> open_phase(0, 1)
    'needs'
    """
    return (NEEDS, SOLUTION, SALE)[position * 3 // count]


def map_phases(stages):
    """Map stages to phases by won flag and order, each one within the pipelines it is seen in.

    :param stages: ``(key, is_won, teams)`` in pipeline order; no teams means shared by all teams
    :return: ``{key: phase}``

    Stages shared by all teams are placed among themselves, so that one team's extra stage moves nobody else's:

    >>> shared = [("new", False, ()), ("qualified", False, ()), ("offer", False, ()), ("won", True, ())]
    >>> map_phases(shared)
    {'new': 'needs', 'qualified': 'solution', 'offer': 'sale', 'won': 'sale'}
    >>> map_phases([*shared[:3], ("contract", False, {7}), shared[3]])["contract"]
    'sale'
    >>> map_phases([*shared[:3], ("contract", False, {7}), shared[3]])["qualified"]
    'solution'

    A won stage in the middle, one stage alone, no stage at all:

    >>> map_phases([("a", False, ()), ("paid", True, ()), ("b", False, ())])
    {'a': 'needs', 'paid': 'sale', 'b': 'solution'}
    >>> map_phases([("only", False, ())])
    {'only': 'needs'}
    >>> map_phases([])
    {}
    """
    phases = {}
    for key, is_won, teams in stages:
        if is_won:
            phases[key] = SALE
            continue
        pipeline = [
            other
            for other, other_won, other_teams in stages
            if not other_won and (not other_teams or set(other_teams) & set(teams))
        ]
        phases[key] = open_phase(pipeline.index(key), len(pipeline))
    return phases
