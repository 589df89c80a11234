"""The engines side by side: each takes a question as typed and gives the owners of its best phrases, best first."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np

from benchmarks.phrases import Phrases
from intents.text import fold

HELD = 5  # owners an answer holds
DEPTH = 50  # best phrases that are looked through for them

Answer: TypeAlias = Callable[[str], list[int]]


@dataclass(frozen=True)
class Engine:
    """`module` is imported before the clock runs. `single`: it names one phrase and no second."""

    title: str
    module: str
    build: Callable[[Phrases], Answer]
    single: bool = False

    @property
    def installed(self) -> bool:
        return find_spec(self.module.partition(".")[0]) is not None


def _owners(phrases: Phrases, numbers: Iterable[int]) -> list[int]:
    """The first HELD procedures that own these phrases; phrases of no procedure are passed over."""
    found: dict[int, None] = {}
    for number in numbers:
        owner = phrases.owners[number]
        if owner < phrases.entries:
            found[owner] = None
            if len(found) == HELD:
                break
    return list(found)


def _best(phrases: Phrases, scores: Any) -> list[int]:
    """Owners by an array of scores, one for each phrase."""
    depth = min(DEPTH, len(scores))
    top = np.argpartition(-scores, depth - 1)[:depth]
    top = top[scores[top] > 0]
    return _owners(phrases, top[np.argsort(-scores[top], kind="stable")].tolist())


def _rapidfuzz(scorer: str) -> Callable[[Phrases], Answer]:
    def build(phrases: Phrases) -> Answer:
        from rapidfuzz import fuzz, process

        compare = getattr(fuzz, scorer)

        def answer(question: str) -> list[int]:
            best = process.extractOne(fold(question), phrases.texts, scorer=compare)
            return _owners(phrases, [best[2]] if best else [])

        return answer

    return build


def _bm25s(phrases: Phrases) -> Answer:
    import bm25s

    index = bm25s.BM25()
    index.index([text.split() for text in phrases.texts], show_progress=False)

    def answer(question: str) -> list[int]:
        words = [word for word in fold(question).split() if word in index.vocab_dict]
        return _best(phrases, index.get_scores(words)) if words else []

    return answer


def _rank_bm25(phrases: Phrases) -> Answer:
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([text.split() for text in phrases.texts])
    return lambda question: _best(phrases, index.get_scores(fold(question).split()))


def _fts5(phrases: Phrases) -> Answer:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE phrases USING fts5(text)")
    connection.executemany("INSERT INTO phrases (rowid, text) VALUES (?, ?)", enumerate(phrases.texts))
    connection.execute("INSERT INTO phrases (phrases) VALUES ('optimize')")
    # `rank` is bm25(); sorting by it is the faster of the two ways the manual names.
    search = "SELECT rowid FROM phrases WHERE phrases MATCH ? ORDER BY rank LIMIT ?"

    def answer(question: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(fold(question).split()))
        return _owners(phrases, (number for (number,) in connection.execute(search, (words, DEPTH))))

    return answer


def _tantivy(phrases: Phrases) -> Answer:
    import tantivy

    fields = tantivy.SchemaBuilder()
    fields.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
    fields.add_unsigned_field("number", stored=False, indexed=False, fast=True)
    index = tantivy.Index(fields.build())
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    for number, text in enumerate(phrases.texts):
        document = tantivy.Document(text=text)
        document.add_unsigned("number", number)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def answer(question: str) -> list[int]:
        query = index.parse_query(fold(question), ["text"])
        hits = [address for _, address in searcher.search(query, DEPTH, count=False).hits]
        return _owners(phrases, searcher.fast_field_values("number", hits) if hits else [])

    return answer


def _tfidf(**options: Any) -> Callable[[Phrases], Answer]:
    def build(phrases: Phrases) -> Answer:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(dtype=np.float32, lowercase=False, **options)
        # By term, so that a question touches only the phrases that share one with it.
        columns = vectorizer.fit_transform(phrases.texts).T.tocsr()

        def answer(question: str) -> list[int]:
            return _best(phrases, (vectorizer.transform([fold(question)]) @ columns).toarray()[0])

        return answer

    return build


PEERS: dict[str, Engine] = {
    "wratio": Engine("rapidfuzz extractOne WRatio", "rapidfuzz", _rapidfuzz("WRatio"), single=True),
    "token_set": Engine(
        "rapidfuzz extractOne token_set", "rapidfuzz", _rapidfuzz("token_set_ratio"), single=True
    ),
    "bm25s": Engine("bm25s", "bm25s", _bm25s),
    "rank_bm25": Engine("rank-bm25", "rank_bm25", _rank_bm25),
    "fts5": Engine("SQLite FTS5", "sqlite3", _fts5),
    "tantivy": Engine("tantivy", "tantivy", _tantivy),
    "tfidf_words": Engine(
        "TF-IDF words 1+2",
        "sklearn.feature_extraction.text",
        _tfidf(ngram_range=(1, 2), token_pattern=r"\S+"),
    ),
    "tfidf_characters": Engine(
        "TF-IDF characters 2-5",
        "sklearn.feature_extraction.text",
        _tfidf(analyzer="char_wb", ngram_range=(2, 5)),
    ),
}
