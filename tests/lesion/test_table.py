from pathlib import Path

from angiogram.lesion.table import document


def test_the_page_of_all_kinds_is_up_to_date():
    page = Path(__file__).parents[2] / "docs" / "lesions.md"
    assert page.read_text() == document(), "python -m angiogram.lesion.table > docs/lesions.md"
