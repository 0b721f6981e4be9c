"""What is kept of people is said by the tables themselves."""

from flask.testing import FlaskClient

from welcome.database import Audience, Base, Retention
from welcome.home.register import READERS, TIMES


def test_it_names_every_purpose_for_which_something_is_kept(client: FlaskClient) -> None:
    page = client.get("/privacy/register").text
    kept = {column.info["tag"].purpose for table in Base.metadata.sorted_tables for column in table.c
            if table.name == "member" or any(column.info.get("subject") for column in table.c)}  # fmt: skip
    assert [purpose for purpose in sorted(kept) if purpose.replace("'", "&#39;") not in page] == []


def test_it_has_words_for_every_reader_and_time() -> None:
    assert (set(READERS), set(TIMES)) == (set(Audience), set(Retention))
