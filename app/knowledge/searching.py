"""Which passages of a store answer a question that a customer wrote as customers write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.access import StoreAccess
from app.knowledge.languages import LANGUAGES
from app.knowledge.words import asked_topics, question_words

_CUT = 0.25
"""A passage that fits so much worse than the best one is noise."""
_SAME_LANGUAGE = 1.15
"""Between two that fit alike, the customer's language goes first."""

# Each word of the question is a query of its own, so that a rare word counts for more than one that every passage has:
# ts_rank_cd knows nothing of how common a word is. Longer words also find what begins with them (compounds, endings).
# The sum of what it gives, damped (32) and weighed (D, C, B, A), makes the order.
_SEARCH = sa.text("""
WITH asked AS (
    SELECT DISTINCT language, lexeme
    FROM unnest(CAST(:languages AS text[]), CAST(:configurations AS text[]), CAST(:texts AS text[]))
            AS question (language, configuration, words),
        unnest(to_tsvector(CAST(configuration AS regconfig), words)) AS vector
    UNION
    SELECT language, topic FROM unnest(CAST(:languages AS text[])) AS language, unnest(CAST(:topics AS text[])) AS topic
), term AS (
    SELECT language, lexeme,
        CAST(quote_literal(lexeme) || CASE WHEN length(lexeme) > 4 THEN ':*' ELSE '' END AS tsquery) AS query
    FROM asked
), hit AS (
    SELECT passage.id, term.language, term.lexeme,
        ts_rank_cd('{0.1, 0.5, 0.5, 1.0}', passage.search, term.query, 32) AS rank
    FROM term JOIN passage ON passage.language = term.language AND passage.search @@ term.query
    WHERE passage.store_id = :store
), size AS (
    SELECT language, count(*) AS passages FROM passage WHERE store_id = :store GROUP BY language
), weight AS (
    SELECT language, lexeme, ln(1 + passages / count(*)::float) AS weight
    FROM hit JOIN size USING (language) GROUP BY language, lexeme, passages
), score AS (
    SELECT hit.id, sum(rank * weight) * CASE WHEN hit.language = :language THEN :preferred ELSE 1 END AS score
    FROM hit JOIN weight USING (language, lexeme) GROUP BY hit.id, hit.language
)
SELECT passage.id, passage.heading, passage.text, passage.language, passage.article_id, passage.policy_id,
    coalesce(article.title, policy.title) AS title, coalesce(policy.url, '') AS url, score.score
FROM score JOIN passage USING (id)
    LEFT JOIN article ON article.id = passage.article_id
    LEFT JOIN policy ON policy.id = passage.policy_id
ORDER BY score.score DESC, passage.place, passage.id
LIMIT :most
""")


@dataclass(frozen=True)
class Found:
    """A passage that may answer a question. `score` compares those of one search, and nothing else."""

    id: UUID
    title: str
    heading: str
    text: str
    language: str
    url: str
    article_id: UUID | None
    policy_id: UUID | None
    score: float


async def search(
    access: StoreAccess, questions: Sequence[str], *, language: str | None = None, most: int = 5
) -> tuple[Found, ...]:
    """The passages that fit best, best first; none where no word is shared.

    Args:
        access: The store whose passages are searched.
        questions: The customer's words, and the same in other languages where they are known. Any text will do.
        language: The customer's, as a two-letter code.
        most: How many at most.
    """
    question = "\n".join(questions)
    texts = {code: question_words(question, code) for code in LANGUAGES}
    values: dict[str, Any] = {
        "languages": [*LANGUAGES],
        "configurations": [one.configuration for one in LANGUAGES.values()],
        "texts": [texts[code] for code in LANGUAGES],
        "topics": [*asked_topics(question)],
        "store": access.store_id,
        "language": language or "",
        "preferred": _SAME_LANGUAGE,
        "most": most,
    }
    rows = (await access.session.execute(_SEARCH, values)).mappings().all()
    found = tuple(Found(**row) for row in rows)
    return tuple(one for one in found if one.score >= found[0].score * _CUT)
