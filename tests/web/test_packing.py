"""Pages travel packed to every browser that can unpack them."""

import gzip

from flask.testing import FlaskClient


def test_a_page_is_packed_for_who_can_unpack_it(client: FlaskClient) -> None:
    plain = client.get("/safety")
    packed = client.get("/safety", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) * 3 < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert b"</html>" in gzip.decompress(packed.data)


def test_who_refuses_packed_pages_gets_them_plain(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/safety", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_other_answers_stay_as_they_are(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "deflate"}).headers
    moved = client.get("/me", headers={"Accept-Encoding": "gzip"})
    assert moved.status_code in {302, 303}
