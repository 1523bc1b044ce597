from angiogram.tap.pace import EVERY, Pace


def lines_of(steps, total=100, done=0):
    """The lines said for batches given as (seconds, cases)."""
    lines, now = [], [0.0]
    pace = Pace("tiny", total, done, lines.append, clock=lambda: now[0])
    for seconds, cases in steps:
        now[0] += seconds
        pace.advance(cases)
    return lines


def test_the_time_left_is_at_the_rate_of_the_recent_batches():
    assert lines_of([(10, 10), (10, 10)]) == ["tiny: 10/100 cases, 1:30 left", "tiny: 20/100 cases, 1:20 left"]
    assert lines_of([(100, 10), *[(EVERY, 1)] * 30])[-1] == "tiny: 40/100 cases, 5:00 left"


def test_what_was_done_before_counts_but_not_for_the_rate():
    assert lines_of([(20, 10)], done=50) == ["tiny: 60/100 cases, 1:20 left"]


def test_long_runs_say_a_line_every_few_seconds_and_the_end():
    lines = lines_of([(EVERY / 10, 1)] * 100)
    assert len(lines) == 11 and lines[-1] == "tiny: 100/100 cases"
