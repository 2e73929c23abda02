"""The pages that show every reply are what the code makes of its samples."""

import re

from app.replies.locales import LOCALES
from app.replies.samples import SITUATIONS
from tools.gallery import DOCUMENT, FOLDER, pages


def test_the_pages_of_all_replies_and_the_tables_of_their_facts_are_current():
    made = pages()
    assert {*FOLDER.glob("*.html"), DOCUMENT} == {*made}
    stale = [path.name for path, text in made.items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make gallery`, and look at what changed"
    for code in LOCALES:
        page = made[FOLDER / f"{code}.html"]
        assert {*re.findall(r'<h2 id="(\w+)">', page)} == {*SITUATIONS, "several_requests", "code"}
        assert not re.search(r"src=|@import|url\(|<script|<link", page), "a page brings all that it needs"
    assert sum(len(text.encode()) for text in made.values()) < 1_500_000
