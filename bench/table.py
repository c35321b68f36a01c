"""The table that the runs print: what was done, what was measured, the goal, the peer's figure, and how many times as good ours is."""
import statistics

WIDTHS = (44, 34, 30, 40, 8)


def row(what, figure, goal='', peer='', ratio=''):
    cells = (what, figure, goal, peer, ratio)
    print(' '.join(f'{cell:<{width}}' for cell, width in zip(cells, WIDTHS)).rstrip(), flush=True)


def head():
    row('work', 'measured', 'goal', 'peer in the same run', 'ratio')


def alternate(rounds, *measures):
    """Runs one after the other, round by round; gives the medians of each one's figures, which come as a tuple."""
    found = [[] for _ in measures]
    for _ in range(rounds):
        for results, measure in zip(found, measures):
            results.append(measure())
    return [tuple(statistics.median(column) for column in zip(*results)) for results in found]


def ratio(ours, theirs, less_is_better=False):
    if not ours or not theirs:
        return ''
    return f'{theirs / ours if less_is_better else ours / theirs:.2f} x'
