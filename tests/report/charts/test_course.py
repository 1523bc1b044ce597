from dataclasses import replace

from report_sample import sample_diagnosis

from angiogram.report.charts.course import course, stage_places


def test_every_depth_has_one_place_in_order():
    stretches = course(sample_diagnosis())
    assert [stretch.part for stretch in stretches] == ["pixels", "encoder", "connector", "llm", "answer"]
    places = [stop.x for stretch in stretches for stop in stretch.stops]
    assert places == sorted(places) and places[0] > 0 and places[-1] < 1
    assert len(places) == len({point.depth for point in sample_diagnosis().curve}) + 2
    assert abs(stretches[-1].right - 1) < 1e-9


def test_the_stages_stand_at_their_taps():
    report = sample_diagnosis()
    assert [key for key, _ in stage_places(report.stages, course(report))] == ["V", "C", "I", "U", "S", "G"]


def test_parts_without_taps_are_left_out():
    report = sample_diagnosis(curve=tuple(p for p in sample_diagnosis().curve if p.part == "encoder"))
    silent = tuple(replace(stage, accuracy=None) for stage in report.stages)
    assert [stretch.part for stretch in course(replace(report, stages=silent))] == ["encoder"]
